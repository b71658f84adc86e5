use crate::ports::{Bookings, TicketPrinter, Tickets};
use contracts::{BookingId, BookingStatus, Failure};

/// How often a ticket is printed again because its booking changed while it was printed.
const TRIES: u32 = 4;

/// Prints and stores the ticket of a confirmed booking, as the booking is now: its message may come late and twice,
/// and the event may have moved since. A repeated call stores the same ticket in the same place. A booking without a
/// buyer's name gets no ticket, and its earlier one is erased: the buyer's account was deleted. The ticket of a booking
/// that was given up is erased: it names its buyer, and opens no door any more.
pub async fn issue_ticket(
    bookings: &dyn Bookings,
    tickets: &dyn Tickets,
    printer: &dyn TicketPrinter,
    id: BookingId,
) -> Result<(), Failure> {
    for _ in 0..TRIES {
        // Read first: a ticket that is printed only to be erased stays if this call dies in between, and the message
        // that would repeat it may be gone, because a copy of it was handled.
        let Some(booking) = bookings.get(id).await? else { return Ok(()) };
        let change = booking.changed(None);
        match change.booking.status {
            BookingStatus::Confirmed => {}
            BookingStatus::Refunding | BookingStatus::Refunded => return tickets.erase(id).await,
            _ => return Ok(()),
        }
        match &change.user_name {
            Some(name) => tickets.put(id, printer.print(&change, name)?).await?,
            None => tickets.erase(id).await?,
        }
        if bookings.printed(id, change.version, change.user_name.is_some()).await? {
            return Ok(());
        }
    }
    Err(Failure::transient("print a ticket", "its booking changed each time"))
}
