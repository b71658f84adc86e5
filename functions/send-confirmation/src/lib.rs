//! See [`function`].

use accounts::adapters::DynamoUsers;
use accounts::usecases::{self, Confirmation};
use lambda::prelude::*;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    let does = "Has the link that confirms the caller's address mailed again, at most once in ten minutes.";
    Route::post(Tag::Accounts, "/api/email/confirmation", does).open_to(Users).served_by(handle)
}

parts! {
    struct SendConfirmation {
        users: DynamoUsers,
        world: Arc<dyn World>,
    }
}

async fn handle(on: Arc<SendConfirmation>, (caller,): (Caller,)) -> Result<Json<Confirmation>, Problem> {
    usecases::send_confirmation(&on.users, &*on.world, &caller).await.map(Json)
}
