use crate::domain::Email;
use crate::ports::Users;
use contracts::{Problem, World};
use schemars::JsonSchema;
use serde::Deserialize;

/// What a user sends who forgot their password.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetRequest {
    /// Their address.
    pub email: String,
}

/// Has a link for a new password mailed to an address that has an account. The answer does not say whether it has one.
pub async fn reset_password(users: &dyn Users, world: &dyn World, given: &ResetRequest) -> Result<(), Problem> {
    let email = Email::parse(&given.email).ok_or_else(|| Problem::invalid("email", "An e-mail address."))?;
    if let Some((user, _)) = users.find(&email).await? {
        users.request_reset(user.id, world.new_id()).await?;
    }
    Ok(())
}
