//! `DELETE /api/users/{id}`: erases somebody's account.

use accounts::adapters::{DynamoSessions, DynamoUsers, HttpTicketing};
use accounts::usecases;
use contracts::{Role, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;

struct DeleteUser {
    users: DynamoUsers,
    sessions: DynamoSessions,
    ticketing: HttpTicketing,
    world: Arc<dyn World>,
}

/// Settings: `ACCOUNTS_TABLE`, `SERVICE_KEY`, `TICKETING_URL`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "ACCOUNTS_TABLE").await?;
    let (key, url) = (env.signing_key("SERVICE_KEY")?, env.text("TICKETING_URL")?);
    let on = Arc::new(DeleteUser {
        users: DynamoUsers::new(table.clone()),
        sessions: DynamoSessions::new(table),
        ticketing: HttpTicketing::new(aws::http(&env)?, key, world.clone(), url),
        world,
    });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<DeleteUser>, request: Request) -> Answer {
    let admin = http::caller_as(&request, &[Role::Admin])?;
    let id = http::path(&request, "id")?;
    let seen = http::if_match(&request)?;
    let DeleteUser { users, sessions, ticketing, world } = &*on;
    usecases::delete_user(users, sessions, ticketing, &**world, &admin, id, seen).await?;
    http::no_content()
}
