//! Passwords are changed and, when forgotten, reset.

use crate::domain::{Email, Guess, Password, Purpose};
use crate::ports::{Guesses, Links, Passwords, Sessions, Users};
use crate::usecases::login::not_paused;
use contracts::keys::digest;
use contracts::{Code, Problem, UserId, World};
use schemars::JsonSchema;
use serde::Deserialize;

/// What a user sends to change their password.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// The one they have.
    pub old: Password,
    /// The one they want, 8 to 72 bytes.
    pub new: Password,
}

/// What one sends who forgot their password.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetRequest {
    /// Their address.
    pub email: String,
}

/// What one sends who has the link.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmReset {
    /// The link's `token`.
    pub token: String,
    /// The password they want, 8 to 72 bytes.
    pub new: Password,
}

fn acceptable(password: &Password) -> Result<(), Problem> {
    if password.is_acceptable() { Ok(()) } else { Err(Problem::invalid("new", "8 to 72 bytes.")) }
}

/// Changes a password for who knows the old one, and ends all sessions.
pub async fn change_password(
    users: &dyn Users,
    passwords: &dyn Passwords,
    sessions: &dyn Sessions,
    guesses: &dyn Guesses,
    world: &dyn World,
    id: UserId,
    given: NewPassword,
) -> Result<(), Problem> {
    acceptable(&given.new)?;
    let user = users.get(id).await?.ok_or_else(Problem::not_found)?;
    let guess = Guess::Account(digest(user.email.as_str().as_bytes()));
    not_paused(guesses, world, std::slice::from_ref(&guess)).await?;
    let hash = users.find(&user.email).await?.map(|(_, hash)| hash);
    if !passwords.matches(given.old, hash).await? {
        guesses.failed(&guess, world.now()).await?;
        return Err(Problem::new(Code::BadCredentials));
    }
    users.set_password(id, &passwords.hash(given.new).await?).await?;
    Ok(sessions.end(id).await?)
}

/// Has a link mailed to an address, if it has an account; the answer does not say whether it has.
pub async fn reset_password(users: &dyn Users, world: &dyn World, given: &ResetRequest) -> Result<(), Problem> {
    let email = Email::parse(&given.email).ok_or_else(|| Problem::invalid("email", "An e-mail address."))?;
    if let Some((user, _)) = users.find(&email).await? {
        users.request_reset(user.id, world.new_id()).await?;
    }
    Ok(())
}

/// Sets a password for who has the link, once, and ends all sessions, which makes the link good for nothing more. The
/// mail arrived, so the address is theirs.
pub async fn confirm_password_reset(
    users: &dyn Users,
    passwords: &dyn Passwords,
    sessions: &dyn Sessions,
    links: &dyn Links,
    world: &dyn World,
    given: ConfirmReset,
) -> Result<(), Problem> {
    acceptable(&given.new)?;
    let invalid = || Problem::new(Code::InvalidLink);
    let claim = links.read(&given.token).ok_or_else(invalid)?;
    let session = sessions.current(claim.user_id).await?;
    if !claim.is_good(Purpose::ResetPassword, session, world.now()) {
        return Err(invalid());
    }
    let user = users.get(claim.user_id).await?.ok_or_else(invalid)?;
    let hash = passwords.hash(given.new).await?;
    // Ended first: of two who use the link at once, the second finds it used.
    sessions.end(user.id).await?;
    users.set_password(user.id, &hash).await?;
    if !user.email_confirmed {
        users.update(&user, &user.confirmed(world.now())).await?;
    }
    Ok(())
}
