use crate::ports::Sessions;
use contracts::{Problem, UserId};

/// Signs a user out everywhere: tokens made before are good no more, once the gateway has forgotten them.
pub async fn logout(sessions: &dyn Sessions, user: UserId) -> Result<(), Problem> {
    Ok(sessions.end(user).await?)
}
