//! See [`function`].

use accounts::adapters::DynamoUsers;
use accounts::usecases::{self, ResetRequest};
use lambda::prelude::*;
use serde_json::{Value, json};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::Accounts, "/api/password/reset", "Has a link to a new password mailed.")
        .open_to(Everybody)
        .example(example)
        .served_by(handle)
}

fn example() -> Value {
    json!({"email": "siti@example.com"})
}

parts! {
    struct ResetPassword {
        users: DynamoUsers,
        world: Arc<dyn World>,
    }
}

async fn handle(on: Arc<ResetPassword>, (Json(given),): (Json<ResetRequest>,)) -> Result<NoContent, Problem> {
    usecases::reset_password(&on.users, &*on.world, &given).await.map(|()| NoContent)
}
