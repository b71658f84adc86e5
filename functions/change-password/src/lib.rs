//! `POST /api/password`: changes a password.

use accounts::adapters::{BcryptPasswords, DynamoGuesses, DynamoSessions, DynamoUsers};
use accounts::usecases;
use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;

struct ChangePassword {
    users: DynamoUsers,
    passwords: BcryptPasswords,
    sessions: DynamoSessions,
    guesses: DynamoGuesses,
    world: Arc<dyn World>,
}

/// Settings: `ACCOUNTS_TABLE`, `PASSWORD_HASH_COST`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "ACCOUNTS_TABLE").await?;
    let on = Arc::new(ChangePassword {
        users: DynamoUsers::new(table.clone()),
        passwords: BcryptPasswords::new(env.parse("PASSWORD_HASH_COST")?),
        sessions: DynamoSessions::new(table.clone()),
        guesses: DynamoGuesses::new(table),
        world,
    });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<ChangePassword>, request: Request) -> Answer {
    let caller = http::caller(&request)?;
    let given = http::body(&request)?;
    let ChangePassword { users, passwords, sessions, guesses, world } = &*on;
    usecases::change_password(users, passwords, sessions, guesses, &**world, caller.id, given).await?;
    http::no_content()
}
