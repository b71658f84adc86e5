use crate::domain::{Password, Purpose};
use crate::ports::{Links, Passwords, Sessions, Users};
use crate::usecases::change_password::acceptable;
use contracts::{Code, Problem, World};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// What one sends who has the link.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmReset {
    /// The link's `token`.
    pub token: String,
    /// The password they want, 8 to 72 bytes.
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
    /// Who reads links.
    pub links: Arc<dyn Links>,
    /// The clock.
    pub world: Arc<dyn World>,
}

/// Sets a password for who has the link, once, and ends all sessions, which makes the link good for nothing more. The
/// mail arrived, so the address is theirs.
pub async fn confirm_password_reset(on: &ConfirmPasswordReset, given: ConfirmReset) -> Result<(), Problem> {
    let ConfirmPasswordReset { users, passwords, sessions, links, world } = on;
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
