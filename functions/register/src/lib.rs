//! `POST /api/register`: makes a buyer's account.

use accounts::adapters::{BcryptPasswords, DynamoUsers};
use accounts::ports::{Passwords, Users};
use accounts::usecases;
use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;

/// Settings: `ACCOUNTS_TABLE`, `PASSWORD_HASH_COST`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let passwords = Arc::new(BcryptPasswords::new(env.parse("PASSWORD_HASH_COST")?));
    let users = Arc::new(DynamoUsers::new(aws::table(&env, "ACCOUNTS_TABLE").await?));
    Ok(Function::http(move |request| handle(users.clone(), passwords.clone(), world.clone(), request)))
}

async fn handle(
    users: Arc<dyn Users>,
    passwords: Arc<dyn Passwords>,
    world: Arc<dyn World>,
    request: Request,
) -> Answer {
    let registration = http::body(&request)?;
    let user = usecases::register(&*users, &*passwords, &*world, registration).await?;
    http::versioned(201, &user, user.version)
}
