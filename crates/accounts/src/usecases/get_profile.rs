use crate::domain::User;
use crate::ports::Users;
use contracts::{Problem, UserId};

/// The caller's own profile.
pub async fn get_profile(users: &dyn Users, id: UserId) -> Result<User, Problem> {
    users.get(id).await?.ok_or_else(Problem::not_found)
}
