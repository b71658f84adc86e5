//! `POST /api/logout`: signs a user out everywhere.

use accounts::adapters::DynamoSessions;
use accounts::usecases;
use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;

/// Settings: `ACCOUNTS_TABLE`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let sessions = Arc::new(DynamoSessions::new(aws::table(&env, "ACCOUNTS_TABLE").await?));
    Ok(Function::http(move |request| handle(sessions.clone(), request)))
}

async fn handle(sessions: Arc<DynamoSessions>, request: Request) -> Answer {
    let caller = http::caller(&request)?;
    usecases::logout(&*sessions, caller.id).await?;
    http::no_content()
}
