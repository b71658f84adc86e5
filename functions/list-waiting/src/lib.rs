//! See [`function`].

use contracts::{Page, PageRequest};
use lambda::prelude::*;
use ticketing::adapters::DynamoLines;
use ticketing::usecases::{self, WaitingView};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::WaitingList, "/api/waiting-list", "The lines that the caller stands in, newest first.")
        .open_to(Users)
        .served_by(handle)
}

async fn handle(lines: Arc<DynamoLines>, (caller, asked): (Caller, PageRequest)) -> Result<Page<WaitingView>, Problem> {
    usecases::list_waiting(&*lines, caller.id, &asked).await
}
