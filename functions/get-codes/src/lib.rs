//! See [`function`].

use contracts::BookingId;
use lambda::prelude::*;
use ticketing::adapters::{DynamoBookings, SignedCodes};
use ticketing::usecases::{self, CodesView};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(
        Tag::Bookings,
        "/api/bookings/{id}/codes",
        "The codes of a confirmed booking: one a seat, as on the ticket.",
    )
    .open_to(Users)
    .problems(&[Code::TicketNotReady])
    .served_by(handle)
}

parts! {
    struct GetCodes {
        bookings: DynamoBookings,
        codes: SignedCodes,
    }
}

async fn handle(on: Arc<GetCodes>, (caller, Path(id)): (Caller, Path<BookingId>)) -> Result<Json<CodesView>, Problem> {
    usecases::get_codes(&on.bookings, &on.codes, id, caller.id).await.map(Json)
}
