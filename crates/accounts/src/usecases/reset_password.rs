use crate::domain::{Email, Purpose};
use crate::ports::Users;
use contracts::{Problem, World};
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;

/// How long after one request the next one has another link mailed, so that nobody has a mail sent to somebody else
/// each second. It is short: who asks again has perhaps used the first link already.
const PAUSE: Duration = Duration::from_mins(1);

/// What a user sends who forgot their password.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetRequest {
    /// Their address.
    pub email: String,
}

/// Has a link for a new password mailed to an address that has an account, unless one was asked for less than a minute
/// ago. The answer does not say whether it has one.
pub async fn reset_password(users: &dyn Users, world: &dyn World, given: &ResetRequest) -> Result<(), Problem> {
    let email = Email::parse(&given.email).ok_or_else(|| Problem::invalid("email", "An e-mail address."))?;
    if let Some((user, _)) = users.find(&email).await? {
        users.request_link(Purpose::ResetPassword, user.id, world.new_id(), (world.now(), PAUSE)).await?;
    }
    Ok(())
}
