//! See [`function`].

use accounts::usecases::{self, Credentials, Login, SignedIn};
use lambda::prelude::*;
use serde_json::{Value, json};
use settings::EdgeKey;

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

parts! {
    struct LogIn {
        login: Login,
        edge: EdgeKey,
    }
}

async fn handle(
    on: Arc<LogIn>,
    (Json(given), source): (Json<Credentials>, SourceAddress),
) -> Result<Json<SignedIn>, Problem> {
    usecases::login(&on.login, &source.trusted(&on.edge), given).await.map(Json)
}
