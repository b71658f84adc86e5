//! `GET /api/users/{id}`: one user.

use accounts::adapters::DynamoUsers;
use accounts::usecases;
use contracts::{Role, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;

/// Settings: `ACCOUNTS_TABLE`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let users = Arc::new(DynamoUsers::new(aws::table(&env, "ACCOUNTS_TABLE").await?));
    Ok(Function::http(move |request| handle(users.clone(), request)))
}

async fn handle(users: Arc<DynamoUsers>, request: Request) -> Answer {
    http::caller_as(&request, &[Role::Admin])?;
    let user = usecases::get_user(&*users, http::path(&request, "id")?).await?;
    http::versioned(200, &user, user.version)
}
