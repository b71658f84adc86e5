//! `POST /api/email/confirm`: takes a mailed link as proof of an address.

use accounts::adapters::{DynamoUsers, SignedLinks};
use accounts::usecases;
use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;

struct ConfirmEmail {
    users: DynamoUsers,
    links: SignedLinks,
    world: Arc<dyn World>,
}

/// Settings: `ACCOUNTS_TABLE`, `LINK_KEY`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let users = DynamoUsers::new(aws::table(&env, "ACCOUNTS_TABLE").await?);
    let on = Arc::new(ConfirmEmail { users, links: SignedLinks::new(env.text("LINK_KEY")?), world });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<ConfirmEmail>, request: Request) -> Answer {
    usecases::confirm_email(&on.users, &on.links, &*on.world, &http::body(&request)?).await?;
    http::no_content()
}
