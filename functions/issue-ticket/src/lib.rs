//! Prints the tickets of confirmed bookings.

use contracts::{BookingChanged, World};
use lambda::batch::{self, Retry};
use lambda::{Env, Error, Function, aws};
use std::sync::Arc;
use ticketing::adapters::{PdfPrinter, S3Tickets};
use ticketing::usecases;

/// Settings: `TICKETS_BUCKET`, `TICKET_KEY`, `VENUE_UTC_OFFSET_MINUTES`, `QUEUE_URL`, `DEAD_LETTERS_URL`,
/// `RETRY_SECONDS`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let printer =
        Arc::new(PdfPrinter::new(env.signing_key("TICKET_KEY")?, env.utc_offset("VENUE_UTC_OFFSET_MINUTES")?)?);
    let tickets = Arc::new(S3Tickets::new(aws::s3(&env)?, env.text("TICKETS_BUCKET")?));
    Ok(batch::sqs(Retry::from_env(&env)?, move |change: BookingChanged| {
        let (tickets, printer) = (tickets.clone(), printer.clone());
        async move { usecases::issue_ticket(&*tickets, &*printer, &change).await }
    }))
}
