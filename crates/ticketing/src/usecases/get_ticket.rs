//! The link to a ticket, for its buyer. `open_ticket` shares how it is made.

use crate::domain::Booking;
use crate::ports::{Asked, Bookings, TicketLink, Tickets};
use crate::usecases::{get_booking, resume};
use contracts::{BookingId, BookingStatus, Code, Problem, Timestamp, UserId, World};
use schemars::JsonSchema;
use serde::Serialize;
use std::time::Duration;

/// How long a link to a ticket is valid.
const LINK_LIFE: Duration = Duration::from_mins(15);

/// A link to a ticket.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TicketView {
    /// Where the PDF is.
    pub url: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A link to the ticket of a confirmed booking, signed for this request. A ticket that is not there `grace`
/// after it should be is printed again.
pub async fn get_ticket(
    bookings: &dyn Bookings,
    tickets: &dyn Tickets,
    world: &dyn World,
    grace: Duration,
    id: BookingId,
    buyer: UserId,
) -> Result<TicketView, Problem> {
    let booking = get_booking(bookings, id, buyer).await?;
    let Some(link) = link(tickets, world, &booking, Asked::Whole).await? else {
        resume(bookings, world, grace, &booking).await;
        return Err(Problem::new(Code::TicketNotReady));
    };
    Ok(TicketView { url: link.url, expires_at: link.expires_at })
}

/// A link to a booking's ticket, if there is one.
pub(super) async fn link(
    tickets: &dyn Tickets,
    world: &dyn World,
    booking: &Booking,
    asked: Asked,
) -> Result<Option<TicketLink>, Problem> {
    match booking.status {
        BookingStatus::Confirmed => Ok(tickets.link(booking.id, asked, world.now(), LINK_LIFE).await?),
        _ => Ok(None),
    }
}
