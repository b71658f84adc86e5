//! See [`function`].

use accounts::adapters::{DynamoSessions, DynamoUsers};
use accounts::domain::{User, UserChanges};
use accounts::usecases;
use contracts::UserId;
use lambda::prelude::*;
use serde_json::{Value, json};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::patch(Tag::Users, "/api/users/{id}", "Gives a user a role, or blocks them.")
        .open_to(ADMINS)
        .example(example)
        .problems(&[Code::OwnAccount])
        .served_by(handle)
}

fn example() -> Value {
    json!({"role": "organiser"})
}

parts! {
    struct UpdateUser {
        users: DynamoUsers,
        sessions: DynamoSessions,
        world: Arc<dyn World>,
    }
}

async fn handle(
    on: Arc<UpdateUser>,
    (admin, Path(id), Json(changes), IfMatch(seen)): (Caller, Path<UserId>, Json<UserChanges>, IfMatch),
) -> Result<Versioned<User>, Problem> {
    let user = usecases::update_user((&on.users, &on.sessions, &*on.world), &admin, id, &changes, &seen).await?;
    Ok(Versioned { version: user.version, body: user })
}
