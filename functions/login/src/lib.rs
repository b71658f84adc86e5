//! `POST /api/login`: signs a user in.

use accounts::adapters::{BcryptPasswords, DynamoUsers};
use accounts::usecases;
use contracts::World;
use contracts::keys::SigningKey;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use std::time::Duration;

struct Login {
    users: DynamoUsers,
    passwords: BcryptPasswords,
    world: Arc<dyn World>,
    key: SigningKey,
    life: Duration,
}

/// Settings: `ACCOUNTS_TABLE`, `PASSWORD_HASH_COST`, `LOGIN_KEY` (which no other function has), `TOKEN_SECONDS`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let login = Arc::new(Login {
        users: DynamoUsers::new(aws::table(&env, "ACCOUNTS_TABLE").await?),
        passwords: BcryptPasswords::new(env.parse("PASSWORD_HASH_COST")?),
        world,
        key: env.signing_key("LOGIN_KEY")?,
        life: env.seconds("TOKEN_SECONDS", 60..=86_400)?,
    });
    Ok(Function::http(move |request| handle(login.clone(), request)))
}

async fn handle(on: Arc<Login>, request: Request) -> Answer {
    let given = http::body(&request)?;
    http::json(200, &usecases::login(&on.users, &on.passwords, &*on.world, &on.key, on.life, given).await?)
}
