use crate::ports::{TicketPrinter, Tickets};
use contracts::{BookingChanged, BookingStatus, Failure};

/// Prints and keeps the ticket of a confirmed booking. Done again it puts the same ticket in the same place.
pub async fn issue_ticket(
    tickets: &dyn Tickets,
    printer: &dyn TicketPrinter,
    change: &BookingChanged,
) -> Result<(), Failure> {
    if change.booking.status != BookingStatus::Confirmed {
        return Ok(());
    }
    tickets.put(change.booking.id, printer.print(change)?).await
}
