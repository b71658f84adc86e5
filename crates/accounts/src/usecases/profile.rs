//! One's own profile.

use crate::domain::{ProfileChanges, User};
use crate::ports::Users;
use crate::usecases::confirm_email::TRIES;
use contracts::{Code, Problem, UserId, World};

/// The caller's own profile.
pub async fn get_profile(users: &dyn Users, id: UserId) -> Result<User, Problem> {
    users.get(id).await?.ok_or_else(Problem::not_found)
}

/// Changes the caller's own profile; `version` is the one they saw, if they say.
pub async fn update_profile(
    users: &dyn Users,
    world: &dyn World,
    id: UserId,
    changes: &ProfileChanges,
    version: Option<u64>,
) -> Result<User, Problem> {
    for _ in 0..TRIES {
        let before = get_profile(users, id).await?;
        if version.is_some_and(|seen| seen != before.version) {
            return Err(Problem::new(Code::VersionMismatch));
        }
        let after = before.changed(changes, world.now())?;
        if users.update(&before, &after).await? {
            return Ok(after);
        }
    }
    Err(Problem::new(Code::Unavailable))
}
