//! Sets a new password with a mailed link, for a user who forgot the old one. `reset_password` has the link mailed.

use crate::domain::{Guess, Password, Purpose};
use crate::ports::{Guesses, Links, Passwords, Sessions, Users};
use crate::usecases::change_password::acceptable;
use contracts::{Code, Problem, World};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// What a user with a mailed link sends.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmReset {
    /// The link's `token`.
    pub token: String,
    /// The password they want, 8 to 128 characters.
    pub new: Password,
}

/// What setting a password by a link needs.
pub struct ConfirmPasswordReset {
    /// The users kept.
    pub users: Arc<dyn Users>,
    /// Hashing.
    pub passwords: Arc<dyn Passwords>,
    /// Their sessions.
    pub sessions: Arc<dyn Sessions>,
    /// Bad log-ins.
    pub guesses: Arc<dyn Guesses>,
    /// Reads links.
    pub links: Arc<dyn Links>,
    /// The clock.
    pub world: Arc<dyn World>,
}

/// Sets the password of a user who has a valid link, and ends all their sessions and the pause of bad log-ins.
///
/// The link names a session, so it is used up once that session ends. The user got the mail, so their address is
/// confirmed too.
pub async fn confirm_password_reset(on: &ConfirmPasswordReset, given: ConfirmReset) -> Result<(), Problem> {
    let ConfirmPasswordReset { users, passwords, sessions, guesses, links, world } = on;
    acceptable(&given.new)?;
    let invalid = || Problem::new(Code::InvalidLink);
    let claim = links.read(&given.token).ok_or_else(invalid)?;
    let session = sessions.current(claim.user_id).await?;
    if !claim.is_good(Purpose::ResetPassword, session, world.now()) {
        return Err(invalid());
    }
    let user = users.get(claim.user_id).await?.ok_or_else(invalid)?;
    let hash = passwords.hash(given.new).await?;
    // The sessions end before the password is written: a use of the link that starts after this finds it used up.
    sessions.end(user.id).await?;
    users.set_password(user.id, &hash).await?;
    // Whoever guessed before was not the one who reads the mail.
    guesses.forget(&Guess::of_account(user.email.as_str()), world.now()).await?;
    if !user.email_confirmed {
        users.update(&user, &user.confirmed(world.now())).await?;
    }
    Ok(())
}
