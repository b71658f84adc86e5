//! See [`function`].

use accounts::adapters::{DynamoSessions, DynamoUsers, TrustedKeys};
use accounts::usecases::authorize;
use contracts::token::Bearer;
use lambda::prelude::*;
use lambda::request::Authorized;
use serde::{Deserialize, Serialize};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Invoked::to_authorize("Says who bears a token, for the gateway.").served_by(handle)
}

/// The gateway's question: a request authorizer's event, payload version 2.0. Only this field of it matters here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Question {
    /// The `Authorization` header; the gateway answers 401 by itself when there is none.
    #[serde(default)]
    identity_source: Vec<String>,
}

/// The answer that the gateway expects: a simple response.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Verdict {
    is_authorized: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<Authorized>,
}

parts! {
    struct Authorizer {
        keys: TrustedKeys,
        users: DynamoUsers,
        sessions: DynamoSessions,
        world: Arc<dyn World>,
    }
}

async fn handle(on: Arc<Authorizer>, question: Question) -> Result<Verdict, Error> {
    let header = question.identity_source.first().cloned().unwrap_or_default();
    let bearer = authorize(&on.keys.0, (&on.users, &on.sessions), &*on.world, &header).await?;
    let context = bearer.map(|bearer| match bearer {
        Bearer::User { caller, .. } => Authorized::User(caller),
        Bearer::Service { name, audience } => Authorized::Service { name, audience },
    });
    Ok(Verdict { is_authorized: context.is_some(), context })
}
