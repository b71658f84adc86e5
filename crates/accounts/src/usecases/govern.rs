//! What admins do with users.

use crate::domain::{User, UserChanges};
use crate::ports::{Sessions, Users};
use crate::usecases::confirm_email::TRIES;
use contracts::{Caller, Code, Problem, UserId, World};

/// A page of users, newest first, and the cursor of the next.
pub async fn list_users(
    users: &dyn Users,
    limit: i32,
    cursor: Option<&str>,
) -> Result<(Vec<User>, Option<String>), Problem> {
    let page = users.list(limit, cursor).await?;
    page.ok_or_else(|| Problem::invalid("cursor", "Not a cursor that a page before this one answered."))
}

/// One user.
pub async fn get_user(users: &dyn Users, id: UserId) -> Result<User, Problem> {
    users.get(id).await?.ok_or_else(Problem::not_found)
}

/// Gives a user another role, or blocks them. What they could do before they can do for a minute more: their sessions
/// end, and the gateway remembers a token that long.
pub async fn update_user(
    users: &dyn Users,
    sessions: &dyn Sessions,
    world: &dyn World,
    admin: &Caller,
    id: UserId,
    changes: UserChanges,
    version: Option<u64>,
) -> Result<User, Problem> {
    if admin.id == id {
        return Err(Problem::new(Code::OwnAccount));
    }
    for _ in 0..TRIES {
        let before = get_user(users, id).await?;
        if version.is_some_and(|seen| seen != before.version) {
            return Err(Problem::new(Code::VersionMismatch));
        }
        let after = before.governed(changes, world.now());
        if (after.role, after.blocked) == (before.role, before.blocked) {
            return Ok(before);
        }
        if users.update(&before, &after).await? {
            sessions.end(id).await?;
            return Ok(after);
        }
    }
    Err(Problem::new(Code::Unavailable))
}
