//! `PATCH /api/users/{id}`: gives a user a role, or blocks them.

use accounts::adapters::{DynamoSessions, DynamoUsers};
use accounts::usecases;
use contracts::{Role, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;

struct UpdateUser {
    users: DynamoUsers,
    sessions: DynamoSessions,
    world: Arc<dyn World>,
}

/// Settings: `ACCOUNTS_TABLE`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "ACCOUNTS_TABLE").await?;
    let on =
        Arc::new(UpdateUser { users: DynamoUsers::new(table.clone()), sessions: DynamoSessions::new(table), world });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<UpdateUser>, request: Request) -> Answer {
    let admin = http::caller_as(&request, &[Role::Admin])?;
    let changes = http::body(&request)?;
    let (id, seen) = (http::path(&request, "id")?, http::if_match(&request)?);
    let user = usecases::update_user(&on.users, &on.sessions, &*on.world, &admin, id, changes, seen).await?;
    http::versioned(200, &user, user.version)
}
