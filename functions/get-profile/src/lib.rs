//! `GET /api/profile`: the caller's own profile.

use accounts::adapters::DynamoUsers;
use accounts::usecases;
use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;

/// Settings: `ACCOUNTS_TABLE`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let users = Arc::new(DynamoUsers::new(aws::table(&env, "ACCOUNTS_TABLE").await?));
    Ok(Function::http(move |request| handle(users.clone(), request)))
}

async fn handle(users: Arc<DynamoUsers>, request: Request) -> Answer {
    let caller = http::caller(&request)?;
    let user = usecases::get_profile(&*users, caller.id).await?;
    http::versioned(200, &user, user.version)
}
