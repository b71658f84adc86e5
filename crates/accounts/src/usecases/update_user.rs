use crate::domain::{User, UserChanges};
use crate::ports::{Sessions, Users};
use crate::usecases::get_user;
use contracts::edit::edit;
use contracts::{Caller, Code, Problem, UserId, World};

/// Gives a user another role, or blocks them; `version` is the one that the admin saw, if they say. What the user could
/// do before they can do for a minute more: their sessions end, and the gateway remembers a token that long.
pub async fn update_user(
    (users, sessions, world): (&dyn Users, &dyn Sessions, &dyn World),
    admin: &Caller,
    id: UserId,
    changes: UserChanges,
    version: Option<u64>,
) -> Result<User, Problem> {
    if admin.id == id {
        return Err(Problem::new(Code::OwnAccount));
    }
    let change = |before: &User| {
        let after = before.with_rights(changes, world.now());
        Ok(Some(after).filter(|after| (after.role, after.blocked) != (before.role, before.blocked)))
    };
    let write = |before: User, after| async move {
        let written = users.update(&before, &after).await?;
        if written {
            sessions.end(id).await?;
        }
        Ok(written.then_some(after))
    };
    edit(version, || get_user(users, id), change, write).await
}
