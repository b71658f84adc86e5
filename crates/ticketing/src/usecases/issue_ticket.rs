use crate::ports::{TicketPrinter, Tickets};
use contracts::{BookingChanged, BookingStatus, Failure};

/// Prints and stores the ticket of a confirmed booking. A repeated call stores the same ticket in the same place. A
/// booking without a buyer's name gets no ticket: the buyer's account was deleted.
pub async fn issue_ticket(
    tickets: &dyn Tickets,
    printer: &dyn TicketPrinter,
    change: &BookingChanged,
) -> Result<(), Failure> {
    match &change.user_name {
        Some(name) if change.booking.status == BookingStatus::Confirmed => {
            tickets.put(change.booking.id, printer.print(change, name)?).await
        }
        _ => Ok(()),
    }
}
