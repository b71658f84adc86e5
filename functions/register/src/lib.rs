//! See [`function`].

use accounts::adapters::{BcryptPasswords, DynamoUsers, HomeCountry};
use accounts::domain::{Registration, User};
use accounts::usecases;
use lambda::prelude::*;
use serde_json::{Value, json};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::Accounts, "/api/register", "Makes a buyer's account.")
        .open_to(Everybody)
        .example(example)
        .problems(&[Code::EmailTaken])
        .served_by(handle)
}

fn example() -> Value {
    json!({"email": "siti@example.com", "password": "correct horse", "name": "Siti Nurhaliza", "locale": "id"})
}

parts! {
    struct Register {
        users: DynamoUsers,
        passwords: BcryptPasswords,
        country: HomeCountry,
        world: Arc<dyn World>,
    }
}

async fn handle(
    on: Arc<Register>,
    (Json(registration),): (Json<Registration>,),
) -> Result<Created<Versioned<User>>, Problem> {
    let user = usecases::register(&on.users, &on.passwords, &*on.world, on.country.0, registration).await?;
    Ok(Created(Versioned { version: user.version, body: user }))
}
