//! `POST /api/login`: signs a user in.

use accounts::adapters::{BcryptPasswords, DynamoGuesses, DynamoSessions, DynamoUsers};
use accounts::usecases::{self, Login};
use contracts::World;
use contracts::keys::SigningKey;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use std::time::Duration;

struct Wiring {
    users: DynamoUsers,
    sessions: DynamoSessions,
    guesses: DynamoGuesses,
    passwords: BcryptPasswords,
    world: Arc<dyn World>,
    key: SigningKey,
    life: Duration,
}

/// Settings: `ACCOUNTS_TABLE`, `PASSWORD_HASH_COST`, `LOGIN_KEY` (which no other function has), `TOKEN_SECONDS`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "ACCOUNTS_TABLE").await?;
    let on = Arc::new(Wiring {
        users: DynamoUsers::new(table.clone()),
        sessions: DynamoSessions::new(table.clone()),
        guesses: DynamoGuesses::new(table),
        passwords: BcryptPasswords::new(env.parse("PASSWORD_HASH_COST")?),
        world,
        key: env.signing_key("LOGIN_KEY")?,
        life: env.seconds("TOKEN_SECONDS", 60..=86_400)?,
    });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<Wiring>, request: Request) -> Answer {
    let given = http::body(&request)?;
    let Wiring { users, sessions, guesses, passwords, world, key, life } = &*on;
    let login = Login { users, sessions, guesses, passwords, world: &**world, key, life: *life };
    http::json(200, &usecases::login(&login, http::source_address(&request), given).await?)
}
