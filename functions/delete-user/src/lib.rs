//! See [`function`].

use accounts::usecases::{self, DeleteAccount};
use contracts::UserId;
use lambda::prelude::*;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::delete(Tag::Users, "/api/users/{id}", "Erases a user's account.")
        .open_to(ADMINS)
        .problems(&[Code::OwnAccount, Code::LiveBooking, Code::EventsToCome])
        .served_by(handle)
}

async fn handle(
    on: Arc<DeleteAccount>,
    (admin, Path(id), IfMatch(seen)): (Caller, Path<UserId>, IfMatch),
) -> Result<NoContent, Problem> {
    usecases::delete_user(&on, &admin, id, &seen).await.map(|()| NoContent)
}
