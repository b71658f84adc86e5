//! Changes a password for a user who knows the old one. `confirm_password_reset` is for a user who forgot it.

use crate::domain::{Guess, PASSWORD_RULE, Password};
use crate::ports::{Guesses, Passwords, Sessions, Users};
use crate::usecases::login::not_paused;
use contracts::{Code, Problem, UserId, World};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// What a user sends to change their password.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// The one they have.
    pub old: Password,
    /// The one they want, 8 to 128 characters.
    pub new: Password,
}

/// What changing a password needs.
pub struct ChangePassword {
    /// The users kept.
    pub users: Arc<dyn Users>,
    /// Hashing.
    pub passwords: Arc<dyn Passwords>,
    /// Their sessions.
    pub sessions: Arc<dyn Sessions>,
    /// Bad log-ins.
    pub guesses: Arc<dyn Guesses>,
    /// The clock.
    pub world: Arc<dyn World>,
}

/// 422 unless a password may be set.
pub(super) fn acceptable(password: &Password) -> Result<(), Problem> {
    if password.is_acceptable() { Ok(()) } else { Err(Problem::invalid("new", PASSWORD_RULE)) }
}

/// Changes the password of a user who gives the old one, and ends all their sessions. Whoever asks again, because the
/// answer was lost, has the new one already: nothing changes.
pub async fn change_password(on: &ChangePassword, id: UserId, given: NewPassword) -> Result<(), Problem> {
    let ChangePassword { users, passwords, sessions, guesses, world } = on;
    acceptable(&given.new)?;
    let user = users.get(id).await?.ok_or_else(Problem::not_found)?;
    let guess = Guess::of_account(user.email.as_str());
    not_paused(&**guesses, &**world, &guess).await?;
    let hash = users.find(&user.email).await?.map(|(_, hash)| hash);
    if !passwords.matches(given.old, hash.clone()).await? {
        if passwords.matches(given.new, hash).await? {
            return Ok(());
        }
        guesses.failed(&guess, world.now()).await?;
        return Err(Problem::new(Code::BadCredentials));
    }
    users.set_password(id, &passwords.hash(given.new).await?).await?;
    Ok(sessions.end(id).await?)
}
