use crate::domain::User;
use crate::ports::Users;
use contracts::{Problem, UserId};

/// One user.
pub async fn get_user(users: &dyn Users, id: UserId) -> Result<User, Problem> {
    users.get(id).await?.ok_or_else(Problem::not_found)
}
