//! `POST /api/password/reset`: has a link to a new password mailed.

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
    usecases::reset_password(&*users, &*world, &http::body(&request)?).await?;
    http::no_content()
}
