use crate::domain::Purpose;
use crate::ports::{Links, Users};
use contracts::{Code, Problem, World};
use schemars::JsonSchema;
use serde::Deserialize;

/// How often to begin anew when somebody else changed the user meanwhile.
pub(super) const TRIES: u32 = 4;

/// What a mailed link brings back.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkToken {
    /// The link's `token`.
    pub token: String,
}

/// Takes a mailed link as proof that an address is its user's.
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
    for _ in 0..TRIES {
        let user = users.get(claim.user_id).await?.ok_or_else(invalid)?;
        if user.email_confirmed || users.update(&user, &user.confirmed(world.now())).await? {
            return Ok(());
        }
    }
    Err(Problem::new(Code::Unavailable))
}
