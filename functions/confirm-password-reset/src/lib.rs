//! `POST /api/password/reset/confirm`: sets a new password for who has the link.

use accounts::adapters::{BcryptPasswords, DynamoSessions, DynamoUsers, SignedLinks};
use accounts::usecases;
use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;

struct ConfirmPasswordReset {
    users: DynamoUsers,
    passwords: BcryptPasswords,
    sessions: DynamoSessions,
    links: SignedLinks,
    world: Arc<dyn World>,
}

/// Settings: `ACCOUNTS_TABLE`, `PASSWORD_HASH_COST`, `LINK_KEY`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "ACCOUNTS_TABLE").await?;
    let on = Arc::new(ConfirmPasswordReset {
        users: DynamoUsers::new(table.clone()),
        passwords: BcryptPasswords::new(env.parse("PASSWORD_HASH_COST")?),
        sessions: DynamoSessions::new(table),
        links: SignedLinks::new(env.text("LINK_KEY")?),
        world,
    });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<ConfirmPasswordReset>, request: Request) -> Answer {
    let given = http::body(&request)?;
    let ConfirmPasswordReset { users, passwords, sessions, links, world } = &*on;
    usecases::confirm_password_reset(users, passwords, sessions, links, &**world, given).await?;
    http::no_content()
}
