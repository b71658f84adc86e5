//! See [`function`].

use accounts::adapters::{DynamoUsers, SignedLinks};
use accounts::usecases::{self, LinkToken};
use lambda::prelude::*;
use serde_json::{Value, json};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::Accounts, "/api/email/confirm", "Takes a mailed link as proof of an address.")
        .open_to(Everybody)
        .example(example)
        .problems(&[Code::InvalidLink])
        .served_by(handle)
}

fn example() -> Value {
    json!({"token": "…"})
}

parts! {
    struct ConfirmEmail {
        users: DynamoUsers,
        links: SignedLinks,
        world: Arc<dyn World>,
    }
}

async fn handle(on: Arc<ConfirmEmail>, (Json(given),): (Json<LinkToken>,)) -> Result<NoContent, Problem> {
    usecases::confirm_email(&on.users, &on.links, &*on.world, &given).await.map(|()| NoContent)
}
