//! See [`function`].

use accounts::adapters::DynamoHistory;
use accounts::usecases;
use contracts::{BookingSummary, Page, PageRequest};
use lambda::prelude::*;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::Bookings, "/api/bookings", "The caller's own bookings, newest first.")
        .open_to(Users)
        .served_by(handle)
}

async fn handle(
    history: Arc<DynamoHistory>,
    (caller, asked): (Caller, PageRequest),
) -> Result<Page<BookingSummary>, Problem> {
    usecases::list_bookings(&*history, caller.id, &asked).await
}
