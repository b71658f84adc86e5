//! See [`function`].

use accounts::usecases::{self, DeleteAccount};
use lambda::prelude::*;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::delete(Tag::Accounts, "/api/profile", "Erases the caller's own account.")
        .open_to(Users)
        .problems(&[Code::LiveBooking, Code::EventsToCome, Code::NotFound])
        .served_by(handle)
}

async fn handle(on: Arc<DeleteAccount>, (caller, IfMatch(seen)): (Caller, IfMatch)) -> Result<NoContent, Problem> {
    usecases::delete_account(&on, caller.id, &seen).await.map(|()| NoContent)
}
