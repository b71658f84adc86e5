//! See [`function`].

use accounts::adapters::{DynamoSessions, DynamoUsers};
use accounts::usecases;
use lambda::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

/// Defines this Lambda function. Its event is `{"email": …}`, the address of a registered user. It answers `{"admin":
/// <user id>}`, or a problem in the same form as the API's.
pub fn function() -> impl Definition {
    Invoked::by_hand("Makes the first admin. Whoever may invoke it may; no route leads to it.").served_by(handle)
}

/// The event: the email address of the user who becomes an admin.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    email: String,
}

parts! {
    struct MakeAdmin {
        users: DynamoUsers,
        sessions: DynamoSessions,
        world: Arc<dyn World>,
    }
}

async fn handle(on: Arc<MakeAdmin>, named: Named) -> Result<Value, Error> {
    Ok(match usecases::make_admin(&on.users, &on.sessions, &*on.world, &named.email).await {
        Ok(user) => json!({"admin": user.id}),
        Err(problem) => problem.body(),
    })
}
