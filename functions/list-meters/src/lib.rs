//! See [`function`].

use contracts::{Page, PageRequest};
use lambda::prelude::*;
use power::adapters::DynamoMeters;
use power::domain::Meter;
use power::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::PowerMeters, "/api/power/meters", "The meters that are kept, by number.")
        .open_to(ADMINS)
        .served_by(handle)
}

async fn handle(meters: Arc<DynamoMeters>, (asked,): (PageRequest,)) -> Result<Page<Meter>, Problem> {
    usecases::list_meters(&*meters, &asked).await
}
