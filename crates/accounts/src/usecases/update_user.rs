//! Changes what a user may do: their role, and whether they are blocked. Only an admin does this, to somebody else.

use crate::domain::{User, UserChanges};
use crate::ports::{Sessions, Users};
use crate::usecases::get_user;
use contracts::edit::{Seen, edit};
use contracts::{Caller, Code, Problem, UserId, World};

/// Gives a user another role, or blocks or unblocks them. `seen` is what the admin saw of it.
///
/// The user's sessions end, but their old rights last for up to a minute, because the gateway remembers a token that
/// long.
pub async fn update_user(
    (users, sessions, world): (&dyn Users, &dyn Sessions, &dyn World),
    admin: &Caller,
    id: UserId,
    changes: &UserChanges,
    seen: &Seen,
) -> Result<User, Problem> {
    if admin.id == id {
        return Err(Problem::new(Code::OwnAccount));
    }
    let change = |before: &User| {
        let after = before.with_rights(changes, world.now())?;
        Ok(Some(after).filter(|after| (after.role, after.blocked) != (before.role, before.blocked)))
    };
    let write = |before: User, after| async move {
        let written = users.update(&before, &after).await?;
        if written {
            sessions.end(id).await?;
        }
        Ok(written.then_some(after))
    };
    edit(seen, || get_user(users, id), change, write).await
}
