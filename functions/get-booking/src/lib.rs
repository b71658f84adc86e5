//! `GET /api/bookings/{id}`: one booking of the caller's own.

use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use ticketing::adapters::DynamoBookings;
use ticketing::usecases;

/// Settings: `TICKETING_TABLE`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let bookings = Arc::new(DynamoBookings::new(aws::table(&env, "TICKETING_TABLE").await?));
    Ok(Function::http(move |request| handle(bookings.clone(), request)))
}

async fn handle(bookings: Arc<DynamoBookings>, request: Request) -> Answer {
    let caller = http::caller(&request)?;
    let booking = usecases::get_booking(&*bookings, http::path(&request, "id")?, caller.id).await?;
    http::versioned(200, &booking.view(), booking.version)
}
