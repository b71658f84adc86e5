//! See [`function`].

use accounts::domain::{Registration, User};
use accounts::usecases::{self, Register};
use contracts::IdempotencyKey;
use lambda::prelude::*;
use serde_json::{Value, json};
use settings::EdgeKey;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::Accounts, "/api/register", "Makes a buyer's account.")
        .open_to(Everybody)
        .example(example)
        .problems(&[Code::EmailTaken, Code::IdempotencyKeyReused])
        .served_by(handle)
}

fn example() -> Value {
    json!({"email": "siti@example.com", "password": "correct horse", "name": "Siti Nurhaliza", "locale": "id"})
}

parts! {
    struct Registering {
        register: Register,
        edge: EdgeKey,
    }
}

async fn handle(
    on: Arc<Registering>,
    (Json(registration), source, key): (Json<Registration>, SourceAddress, Option<IdempotencyKey>),
) -> Result<Created<Versioned<User>>, Problem> {
    let address = source.trusted(&on.edge);
    let user = usecases::register(&on.register, &address, registration, key.as_ref()).await?;
    Ok(Created(Versioned { version: user.version, body: user }))
}
