use crate::domain::{Ending, Happening};
use crate::ports::Mismatches;
use crate::usecases::hear::{BookingPorts, Heard, hear_from, news};
use crate::usecases::reconcile::report;
use contracts::webhook::InvoiceEvent;
use contracts::{BookingId, Failure, InvoiceStatus, MismatchKind, Sum};

/// Takes news from payments' webhook: the booking is confirmed, or fails. The same news twice has one effect. News of
/// somebody else's booking, and news that decides nothing, change nothing.
///
/// Less money than the booking costs never confirms it: its hold runs out, and then the invoice decides. More money
/// confirms it. Both are mismatches, which its organiser is told of.
///
/// News of a refund is of one that was made by hand, because the provider refused to make it.
pub async fn take_payment_news(
    on: &BookingPorts,
    mismatches: &dyn Mismatches,
    event: &InvoiceEvent,
) -> Result<(), Failure> {
    let invoice = event.invoice();
    let booking = on.bookings.get(BookingId::new(invoice.reference)).await?;
    let Some(booking) = booking.filter(|booking| booking.invoice_number().as_ref() == Some(&invoice.number)) else {
        tracing::warn!(invoice = %invoice.number, "news of an invoice that is not of our bookings");
        return Ok(());
    };
    if invoice.status == InvoiceStatus::Paid && invoice.against(booking.total) != Sum::Agreed {
        let subject = booking.id.to_string();
        report(&*on.events, mismatches, &*on.world, (booking.event_id, MismatchKind::SumsDiffer, subject)).await?;
    }
    let news = match event {
        InvoiceEvent::Refunded(_) => Some(Happening::Refunded),
        InvoiceEvent::Paid(_) | InvoiceEvent::Failed(_) => news(invoice, booking.total, Ending::Expired),
    };
    match news {
        None | Some(Happening::Underpaid(_)) => {
            tracing::warn!(invoice = %invoice.number, status = ?invoice.status, "news that decides nothing");
            Ok(())
        }
        Some(happening) => match hear_from(on, booking, &happening).await? {
            Heard::Now(_) | Heard::Unknown => Ok(()),
            Heard::TooLate(_) => Err(Failure::permanent("take a payment", "the hold ran out")),
        },
    }
}
