//! `GET /api/openapi.json`: the API, described.

use contracts::World;
use lambda::{Answer, Env, Error, Function, http};
use std::sync::Arc;

/// It changes with a deployment alone.
const CACHE: &str = "public, max-age=60";

/// Settings: `PUBLIC_URL`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let text: Arc<str> = serde_json::to_string(&api::openapi(&env.text("PUBLIC_URL")?))?.into();
    Ok(Function::http(move |_| handle(text.clone())))
}

async fn handle(text: Arc<str>) -> Answer {
    http::raw_json(&text, CACHE)
}
