use crate::ports::Sessions;
use contracts::{Problem, UserId};

/// Signs a user out everywhere. Earlier tokens stop working once the gateway has forgotten them, after a minute at
/// most.
pub async fn logout(sessions: &dyn Sessions, user: UserId) -> Result<(), Problem> {
    Ok(sessions.end(user).await?)
}
