//! The gateway's authorizer: says who bears a token.

use accounts::usecases::authorize;
use contracts::World;
use contracts::token::Bearer;
use lambda::http::Authorized;
use lambda::{Env, Error, Function};
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

/// Settings: `TRUSTED_KEYS`, public halves alone.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let keys = Arc::new(env.key_ring("TRUSTED_KEYS")?);
    Ok(Function::new(move |question: Question| {
        let header = question.identity_source.first().cloned().unwrap_or_default();
        let bearer = authorize(&keys, &*world, &header).ok();
        async move { Ok::<_, Error>(verdict(bearer)) }
    }))
}

fn verdict(bearer: Option<Bearer>) -> Verdict {
    let context = bearer.map(|bearer| match bearer {
        Bearer::User(caller) => Authorized::User(caller),
        Bearer::Service { name, audience } => Authorized::Service { name, audience },
    });
    Verdict { is_authorized: context.is_some(), context }
}
