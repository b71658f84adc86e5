//! See [`function`].

use accounts::usecases::{self, ChangePassword, NewPassword};
use lambda::prelude::*;
use serde_json::{Value, json};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::Accounts, "/api/password", "Changes the caller's password; ends all sessions.")
        .open_to(Users)
        .example(example)
        .problems(&[Code::BadCredentials, Code::TooManyAttempts, Code::NotFound])
        .served_by(handle)
}

fn example() -> Value {
    json!({"old": "correct horse", "new": "battery staple"})
}

async fn handle(
    on: Arc<ChangePassword>,
    (caller, Json(given)): (Caller, Json<NewPassword>),
) -> Result<NoContent, Problem> {
    usecases::change_password(&on, caller.id, given).await.map(|()| NoContent)
}
