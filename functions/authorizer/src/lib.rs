//! The gateway's authorizer: says who bears a token.

use accounts::adapters::DynamoSessions;
use accounts::usecases::authorize;
use contracts::World;
use contracts::token::{Bearer, KeyRing};
use lambda::http::Authorized;
use lambda::{Env, Error, Function, aws};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What the gateway asks: a request authorizer's event, payload version 2.0, of which only this matters.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Question {
    /// The `Authorization` header; the gateway answers 401 by itself when there is none.
    #[serde(default)]
    identity_source: Vec<String>,
}

/// What it wants to hear: a simple response.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Verdict {
    is_authorized: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<Authorized>,
}

struct Authorizer {
    keys: KeyRing,
    sessions: DynamoSessions,
    world: Arc<dyn World>,
}

/// Settings: `ACCOUNTS_TABLE`; `TRUSTED_KEYS`, public halves alone.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let sessions = DynamoSessions::new(aws::table(&env, "ACCOUNTS_TABLE").await?);
    let on = Arc::new(Authorizer { keys: env.key_ring("TRUSTED_KEYS")?, sessions, world });
    Ok(Function::new(move |question: Question| {
        let on = on.clone();
        async move {
            let header = question.identity_source.first().cloned().unwrap_or_default();
            Ok::<_, Error>(verdict(authorize(&on.keys, &on.sessions, &*on.world, &header).await?))
        }
    }))
}

fn verdict(bearer: Option<Bearer>) -> Verdict {
    let context = bearer.map(|bearer| match bearer {
        Bearer::User { caller, .. } => Authorized::User(caller),
        Bearer::Service { name, audience } => Authorized::Service { name, audience },
    });
    Verdict { is_authorized: context.is_some(), context }
}
