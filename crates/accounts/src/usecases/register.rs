use crate::domain::{Country, Registration, User};
use crate::ports::{Passwords, Users};
use contracts::{Code, Problem, UserId, World};

/// Makes a buyer's account. An address has one account, so a second registration with it is refused.
/// A telephone number without a `+` is one of `country`.
pub async fn register(
    users: &dyn Users,
    passwords: &dyn Passwords,
    world: &dyn World,
    country: Country,
    registration: Registration,
) -> Result<User, Problem> {
    let new = registration.check(country)?;
    let hash = passwords.hash(registration.password).await?;
    let user = User::new(UserId::new(world.new_id()), new, world.now());
    if users.insert(&user, &hash).await? { Ok(user) } else { Err(Problem::new(Code::EmailTaken)) }
}
