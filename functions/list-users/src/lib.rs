//! `GET /api/users`: all users.

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
    http::only_query(&request, &["limit", "cursor"])?;
    let page = http::page(&request)?;
    let (found, next) = usecases::list_users(&*users, page.limit, page.cursor.as_deref()).await?;
    http::list(&found, next.as_deref())
}
