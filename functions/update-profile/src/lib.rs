//! See [`function`].

use accounts::adapters::{DynamoUsers, HomeCountry};
use accounts::domain::{ProfileChanges, User};
use accounts::usecases;
use lambda::prelude::*;
use serde_json::{Value, json};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::patch(Tag::Accounts, "/api/profile", "Changes the caller's own profile.")
        .open_to(Users)
        .example(example)
        .problems(&[Code::NotFound])
        .served_by(handle)
}

fn example() -> Value {
    json!({"name": "Siti N.", "locale": "en"})
}

parts! {
    struct UpdateProfile {
        users: DynamoUsers,
        country: HomeCountry,
        world: Arc<dyn World>,
    }
}

async fn handle(
    on: Arc<UpdateProfile>,
    (caller, Json(changes), IfMatch(seen)): (Caller, Json<ProfileChanges>, IfMatch),
) -> Result<Versioned<User>, Problem> {
    let user = usecases::update_profile(&on.users, &*on.world, on.country.0, caller.id, &changes, &seen).await?;
    Ok(Versioned { version: user.version, body: user })
}
