//! See [`function`].

use accounts::adapters::{DynamoSessions, DynamoUsers};
use accounts::usecases;
use lambda::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

/// What it is: called with `{"email": …}` of somebody who has registered, it answers `{"admin": <user id>}`, or a
/// problem as the API would.
pub fn function() -> impl Definition {
    Invoked::by_hand("Makes the first admin. Whoever may invoke it may; no route leads to it.").served_by(handle)
}

/// Who.
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
