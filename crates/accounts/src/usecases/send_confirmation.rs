use crate::domain::Purpose;
use crate::ports::Users;
use contracts::{Caller, Problem, World};
use schemars::JsonSchema;
use serde::Serialize;
use std::time::Duration;

/// How long after one request for a link the next one has another mailed, so that who registered with the address of
/// somebody else cannot have a mail sent there each second.
const PAUSE: Duration = Duration::from_mins(10);

/// What became of a request for the link that confirms an address.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Confirmation {
    /// Is the address confirmed already? If not, the link is on its way.
    pub email_confirmed: bool,
}

/// Has a link that confirms the caller's address mailed, unless the address is confirmed, or a link was asked for less
/// than ten minutes ago and is on its way.
pub async fn send_confirmation(users: &dyn Users, world: &dyn World, caller: &Caller) -> Result<Confirmation, Problem> {
    // Whose account has just been erased has no address any more, and is told what their token says.
    let user = users.get(caller.id).await?;
    let email_confirmed = user.as_ref().map_or(caller.email_confirmed, |user| user.email_confirmed);
    if let Some(user) = user.filter(|user| !user.email_confirmed) {
        users.request_link(Purpose::ConfirmEmail, user.id, world.new_id(), (world.now(), PAUSE)).await?;
    }
    Ok(Confirmation { email_confirmed })
}
