use crate::domain::{Country, Guess, NewUser, Password, Registration, User};
use crate::ports::{Guesses, Passwords, Users};
use crate::usecases::login::not_paused;
use contracts::idempotency::Kept;
use contracts::keys::digest;
use contracts::{Code, IdempotencyKey, Problem, UserId, World, idempotency};
use std::sync::Arc;
use uuid::Uuid;

/// What registering needs.
pub struct Register {
    /// The users kept.
    pub users: Arc<dyn Users>,
    /// Bad log-ins.
    pub guesses: Arc<dyn Guesses>,
    /// Hashing.
    pub passwords: Arc<dyn Passwords>,
    /// Clock and ids.
    pub world: Arc<dyn World>,
    /// Where a telephone number without a `+` is from.
    pub country: Country,
}

/// The namespace of idempotency keys of registrations.
const NAMESPACE: Uuid = Uuid::from_u128(0x6b61_7263_6973_4b42_8f6f_6b69_6e67_000b);

/// Makes a buyer's account. An address has one account, so a second registration with it is refused, unless it comes
/// with that account's password: then its owner asked twice, and gets the account. Wrong passwords count as bad
/// log-ins, so that this is no way to guess. `address` is the network address of the request.
pub async fn register(
    on: &Register,
    address: &str,
    registration: Registration,
    key: Option<&IdempotencyKey>,
) -> Result<User, Problem> {
    let again = Password::clone(&registration.password);
    let new = registration.check(on.country)?;
    let email = new.email.clone();
    let now = on.world.now();
    let key = key.map(|key| without_password(key, &new));
    idempotency::claim(&*on.users, (&NAMESPACE, email.as_str()), key.as_ref(), now, Kept::ForADay).await?;
    let hash = on.passwords.hash(registration.password).await?;
    let user = User::new(UserId::new(on.world.new_id()), new, now);
    if on.users.insert(&user, &hash).await? {
        return Ok(user);
    }
    let taken = || Problem::new(Code::EmailTaken);
    let guesses = Guess::of(email.as_str(), address);
    for guess in &guesses {
        if let Err(problem) = not_paused(&*on.guesses, &*on.world, guess).await {
            return Err(if problem.code() == Code::TooManyAttempts { taken() } else { problem });
        }
    }
    let (user, hash) = on.users.find(&email).await?.ok_or_else(taken)?;
    if on.passwords.matches(again, Some(hash)).await? && !user.blocked {
        return Ok(user);
    }
    for guess in &guesses {
        on.guesses.failed(guess, now).await?;
    }
    Err(taken())
}

/// The key with a digest of the registration without its password. A plain digest of a password must not be kept: it
/// can be guessed a billion times a second. Another password is told from the right one by the account's own hash.
fn without_password(key: &IdempotencyKey, new: &NewUser) -> IdempotencyKey {
    let NewUser { email, name, phone, locale } = new;
    let meant = format!("{:?}", (email.as_str(), name, phone, locale));
    IdempotencyKey { key: key.key.clone(), digest: digest(meant.as_bytes()) }
}
