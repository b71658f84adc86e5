use crate::domain::{Country, ProfileChanges, User};
use crate::ports::Users;
use crate::usecases::get_user;
use contracts::edit::{Seen, edit};
use contracts::{Problem, UserId, World};

/// Changes the caller's own profile. `seen` is what the caller saw of it.
pub async fn update_profile(
    users: &dyn Users,
    world: &dyn World,
    country: Country,
    id: UserId,
    changes: &ProfileChanges,
    seen: &Seen,
) -> Result<User, Problem> {
    let change = |before: &User| before.changed(changes, country, world.now()).map(Some);
    let write = |before: User, after| async move { Ok(users.update(&before, &after).await?.then_some(after)) };
    edit(seen, || get_user(users, id), change, write).await
}
