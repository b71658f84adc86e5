//! Makes the first admin. Whoever may invoke it may; no route leads to it.

use accounts::adapters::{DynamoSessions, DynamoUsers};
use accounts::usecases;
use contracts::World;
use lambda::{Env, Error, Function, aws};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Who.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    email: String,
}

struct MakeAdmin {
    users: DynamoUsers,
    sessions: DynamoSessions,
    world: Arc<dyn World>,
}

/// Settings: `ACCOUNTS_TABLE`. Called with `{"email": …}` of somebody who has registered; answers `{"admin": <user id>}`,
/// or a problem as the API would.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "ACCOUNTS_TABLE").await?;
    let on =
        Arc::new(MakeAdmin { users: DynamoUsers::new(table.clone()), sessions: DynamoSessions::new(table), world });
    Ok(Function::new(move |named: Named| {
        let on = on.clone();
        async move { Ok::<_, Error>(handle(&on, &named).await) }
    }))
}

async fn handle(on: &MakeAdmin, named: &Named) -> Value {
    match usecases::make_admin(&on.users, &on.sessions, &*on.world, &named.email).await {
        Ok(user) => json!({"admin": user.id}),
        Err(problem) => problem.body(),
    }
}
