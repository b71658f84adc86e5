//! See [`function`].

use contracts::{BookingId, BookingView};
use lambda::prelude::*;
use ticketing::adapters::DynamoBookings;
use ticketing::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::Bookings, "/api/bookings/{id}", "One booking of the caller's own.").open_to(Users).served_by(handle)
}

async fn handle(
    bookings: Arc<DynamoBookings>,
    (caller, Path(id)): (Caller, Path<BookingId>),
) -> Result<Versioned<BookingView>, Problem> {
    let booking = usecases::get_booking(&*bookings, id, caller.id).await?;
    Ok(Versioned { version: booking.version, body: booking.view() })
}
