use crate::domain::{ProfileChanges, User};
use crate::ports::Users;
use crate::usecases::get_user;
use contracts::edit::edit;
use contracts::{Problem, UserId, World};

/// Changes the caller's own profile. `version` is the version that the caller saw, if given.
pub async fn update_profile(
    users: &dyn Users,
    world: &dyn World,
    id: UserId,
    changes: &ProfileChanges,
    version: Option<u64>,
) -> Result<User, Problem> {
    let change = |before: &User| before.changed(changes, world.now()).map(Some);
    let write = |before: User, after| async move { Ok(users.update(&before, &after).await?.then_some(after)) };
    edit(version, || get_user(users, id), change, write).await
}
