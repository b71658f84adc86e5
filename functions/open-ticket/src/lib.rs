//! See [`function`].

use lambda::prelude::*;
use ticketing::adapters::{DynamoBookings, S3Tickets, TicketLinks};
use ticketing::ports::Asked;
use ticketing::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::Bookings, "/api/tickets/{code}", "Opens a ticket for who has the mailed link.")
        .open_to(Everybody)
        .served_by(handle)
}

parts! {
    struct OpenTicket {
        bookings: DynamoBookings,
        tickets: S3Tickets,
        links: TicketLinks,
        world: Arc<dyn World>,
    }
}

async fn handle(
    on: Arc<OpenTicket>,
    (Path(code), HeadOnly(head)): (Path<String>, HeadOnly),
) -> Result<Redirect, Problem> {
    let asked = if head { Asked::Head } else { Asked::Whole };
    let booking = on.links.booking(&code).ok_or_else(Problem::not_found)?;
    usecases::open_ticket(&on.bookings, &on.tickets, &*on.world, booking, asked).await.map(Redirect)
}
