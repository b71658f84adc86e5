//! `PATCH /api/profile`: changes the caller's own profile.

use accounts::adapters::DynamoUsers;
use accounts::usecases;
use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;

/// Settings: `ACCOUNTS_TABLE`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let users = Arc::new(DynamoUsers::new(aws::table(&env, "ACCOUNTS_TABLE").await?));
    Ok(Function::http(move |request| handle(users.clone(), world.clone(), request)))
}

async fn handle(users: Arc<DynamoUsers>, world: Arc<dyn World>, request: Request) -> Answer {
    let caller = http::caller(&request)?;
    let changes = http::body(&request)?;
    let seen = http::if_match(&request)?;
    let user = usecases::update_profile(&*users, &*world, caller.id, &changes, seen).await?;
    http::versioned(200, &user, user.version)
}
