//! See [`function`].

use contracts::{BookingChanged, Failure};
use lambda::prelude::*;
use ticketing::adapters::{DynamoBookings, PdfPrinter, S3Tickets};
use ticketing::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Queue::of("issue-ticket", "Prints the tickets of confirmed bookings, and erases those of bookings given up.")
        .handled_by(handle)
}

parts! {
    struct IssueTicket {
        bookings: DynamoBookings,
        tickets: S3Tickets,
        printer: PdfPrinter,
    }
}

async fn handle(on: Arc<IssueTicket>, change: BookingChanged) -> Result<(), Failure> {
    usecases::issue_ticket(&on.bookings, &on.tickets, &on.printer, change.booking.id).await
}
