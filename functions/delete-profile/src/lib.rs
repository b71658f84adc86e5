//! `DELETE /api/profile`: erases the caller's own account.

use accounts::adapters::{DynamoSessions, DynamoUsers, HttpTicketing};
use accounts::usecases;
use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;

struct DeleteProfile {
    users: DynamoUsers,
    sessions: DynamoSessions,
    ticketing: HttpTicketing,
    world: Arc<dyn World>,
}

/// Settings: `ACCOUNTS_TABLE`, `SERVICE_KEY`, `TICKETING_URL`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "ACCOUNTS_TABLE").await?;
    let (key, url) = (env.signing_key("SERVICE_KEY")?, env.text("TICKETING_URL")?);
    let on = Arc::new(DeleteProfile {
        users: DynamoUsers::new(table.clone()),
        sessions: DynamoSessions::new(table),
        ticketing: HttpTicketing::new(aws::http(&env)?, key, world.clone(), url),
        world,
    });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<DeleteProfile>, request: Request) -> Answer {
    let caller = http::caller(&request)?;
    let seen = http::if_match(&request)?;
    let DeleteProfile { users, sessions, ticketing, world } = &*on;
    usecases::delete_account(users, sessions, ticketing, &**world, caller.id, seen).await?;
    http::no_content()
}
