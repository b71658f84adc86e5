//! Confirms a user's address with a mailed link.

use crate::domain::{Purpose, User};
use crate::ports::{Links, Users};
use contracts::edit::{Seen, edit};
use contracts::{Code, Problem, World};
use schemars::JsonSchema;
use serde::Deserialize;

/// What a user sends who opened a mailed link.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkToken {
    /// The link's `token`.
    pub token: String,
}

/// Confirms an address: a user who has the link from a mail can read that address's mail.
pub async fn confirm_email(
    users: &dyn Users,
    links: &dyn Links,
    world: &dyn World,
    given: &LinkToken,
) -> Result<(), Problem> {
    let invalid = || Problem::new(Code::InvalidLink);
    let claim = links.read(&given.token).ok_or_else(invalid)?;
    if !claim.is_good(Purpose::ConfirmEmail, claim.session, world.now()) {
        return Err(invalid());
    }
    let read = || async { users.get(claim.user_id).await?.ok_or_else(invalid) };
    let change = |user: &User| Ok((!user.email_confirmed).then(|| user.confirmed(world.now())));
    edit(&Seen::Any, read, change, |before: User, after| async move {
        Ok(users.update(&before, &after).await?.then_some(after))
    })
    .await
    .map(drop)
}
