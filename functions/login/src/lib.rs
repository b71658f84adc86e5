//! See [`function`].

use accounts::usecases::{self, Credentials, Login, SignedIn};
use lambda::prelude::*;
use serde_json::{Value, json};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::Accounts, "/api/login", "Signs a user in.")
        .open_to(Everybody)
        .example(example)
        .problems(&[Code::BadCredentials, Code::Blocked, Code::TooManyAttempts])
        .served_by(handle)
}

fn example() -> Value {
    json!({"email": "buyer@karcis.test", "password": "karcis-local-only"})
}

async fn handle(
    on: Arc<Login>,
    (Json(given), SourceAddress(address)): (Json<Credentials>, SourceAddress),
) -> Result<Json<SignedIn>, Problem> {
    usecases::login(&on, &address, given).await.map(Json)
}
