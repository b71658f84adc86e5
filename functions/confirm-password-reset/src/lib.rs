//! See [`function`].

use accounts::usecases::{self, ConfirmPasswordReset, ConfirmReset};
use lambda::prelude::*;
use serde_json::{Value, json};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::Accounts, "/api/password/reset/confirm", "Sets a new password for who has the mailed link.")
        .open_to(Everybody)
        .example(example)
        .problems(&[Code::InvalidLink])
        .served_by(handle)
}

fn example() -> Value {
    json!({"token": "…", "new": "battery staple"})
}

async fn handle(on: Arc<ConfirmPasswordReset>, (Json(given),): (Json<ConfirmReset>,)) -> Result<NoContent, Problem> {
    usecases::confirm_password_reset(&on, given).await.map(|()| NoContent)
}
