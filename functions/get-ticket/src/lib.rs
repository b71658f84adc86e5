//! See [`function`].

use contracts::BookingId;
use lambda::prelude::*;
use ticketing::adapters::{DynamoBookings, ResumeAfter, S3Tickets};
use ticketing::usecases::{self, TicketView};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::Bookings, "/api/bookings/{id}/ticket", "A link to the ticket, good for a quarter of an hour.")
        .open_to(Users)
        .problems(&[Code::TicketNotReady])
        .served_by(handle)
}

parts! {
    struct GetTicket {
        bookings: DynamoBookings,
        tickets: S3Tickets,
        late: ResumeAfter,
        world: Arc<dyn World>,
    }
}

async fn handle(
    on: Arc<GetTicket>,
    (caller, Path(id)): (Caller, Path<BookingId>),
) -> Result<Json<TicketView>, Problem> {
    usecases::get_ticket(&on.bookings, &on.tickets, &*on.world, on.late.0, id, caller.id).await.map(Json)
}
