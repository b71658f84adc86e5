use crate::ports::{TicketPrinter, Tickets};
use contracts::{BookingChanged, BookingStatus, Failure};

/// Prints and keeps the ticket of a confirmed booking. Done again it puts the same ticket in the same place. Of a buyer
/// who is no more there is nothing to print.
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
