use crate::domain::Ending;
use crate::usecases::hear::{BookingPorts, Heard, hear, news};
use contracts::webhook::InvoiceEvent;
use contracts::{BookingId, Failure, Problem};

/// Takes news from payments' webhook: the booking is confirmed, or fails. The same news twice has one effect.
pub async fn take_payment_news(on: &BookingPorts, event: &InvoiceEvent) -> Result<(), Problem> {
    let (InvoiceEvent::Paid(invoice) | InvoiceEvent::Failed(invoice)) = event;
    let happening = news(invoice, Ending::Expired).ok_or_else(|| Problem::invalid("data.status", "Paid or failed."))?;
    match hear(on, BookingId::new(invoice.reference), &happening).await? {
        Heard::Now(_) => Ok(()),
        Heard::TooLate(_) => Err(Failure::permanent("take a payment", "the hold ran out").into()),
        Heard::Unknown => Err(Problem::not_found()),
    }
}
