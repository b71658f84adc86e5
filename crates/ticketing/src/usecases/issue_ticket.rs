use crate::ports::{Bookings, TicketPrinter, Tickets};
use contracts::{BookingChanged, BookingStatus, Failure};

/// How often a ticket is printed again because its booking changed while it was printed.
const TRIES: u32 = 4;

/// Prints and stores the ticket of a confirmed booking, as the booking is at the end: this message may come late, and
/// the event may have moved since. A repeated call stores the same ticket in the same place. A booking without a
/// buyer's name gets no ticket, and its earlier one is erased: the buyer's account was deleted. The ticket of a booking
/// that was given up is erased: it names its buyer, and opens no door any more.
pub async fn issue_ticket(
    bookings: &dyn Bookings,
    tickets: &dyn Tickets,
    printer: &dyn TicketPrinter,
    mut change: BookingChanged,
) -> Result<(), Failure> {
    for _ in 0..TRIES {
        match change.booking.status {
            BookingStatus::Confirmed => {}
            BookingStatus::Refunding | BookingStatus::Refunded => return tickets.erase(change.booking.id).await,
            _ => return Ok(()),
        }
        let id = change.booking.id;
        match &change.user_name {
            Some(name) => tickets.put(id, printer.print(&change, name)?).await?,
            None => tickets.erase(id).await?,
        }
        match bookings.printed(id, change.version, change.user_name.is_some()).await? {
            Some(present) if present.version >= change.version => change = present.changed(None),
            _ => return Ok(()),
        }
    }
    Err(Failure::transient("print a ticket", "its booking changed each time"))
}
