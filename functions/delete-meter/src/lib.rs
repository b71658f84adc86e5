//! See [`function`].

use lambda::prelude::*;
use power::adapters::DynamoMeters;
use power::domain::MeterNumber;
use power::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::delete(Tag::PowerMeters, "/api/power/meters/{number}", "Keeps a meter no more.")
        .open_to(ADMINS)
        .served_by(handle)
}

async fn handle(
    meters: Arc<DynamoMeters>,
    (Path(number), IfMatch(seen)): (Path<MeterNumber>, IfMatch),
) -> Result<NoContent, Problem> {
    usecases::delete_meter(&*meters, number, &seen).await.map(|()| NoContent)
}
