//! What follows an offer of seats to a person who waited: the organiser's hold and the invoice.

use crate::domain::{Ending, Happening};
use crate::ports::{OrganiserAnswer, OrganiserSystem, Payments};
use crate::usecases::hear::{BookingPorts, Heard, hear_from, news, void_and_act};
use contracts::{BookingId, BookingStatus, CreateInvoice, Failure, InvoiceLink, InvoiceStatus};

/// Takes a booking of offered seats on to its payment. The organiser's system releases the old hold and agrees to the
/// new one, then the invoice is made. Two deliveries may run side by side and get different answers, so even a refusal
/// voids the invoice first. A call without an answer is tried again until the offer expires.
pub async fn offer_seat(
    on: &BookingPorts,
    organiser: &dyn OrganiserSystem,
    payments: &dyn Payments,
    id: BookingId,
) -> Result<(), Failure> {
    let Some(booking) = on.bookings.get(id).await?.filter(|booking| booking.status == BookingStatus::Held) else {
        return Ok(());
    };
    let Some(previous) = booking.previous else { return Ok(()) };
    if on.world.now() >= booking.hold_expires_at {
        return void_and_act(on, payments, booking, Ending::Expired).await.map(drop);
    }
    organiser.release(previous, booking.organiser_url.as_deref()).await?;
    if organiser.hold(&booking).await? == OrganiserAnswer::Refused {
        return void_and_act(on, payments, booking, Ending::OrganiserRefused).await.map(drop);
    }
    let asked = CreateInvoice {
        reference: booking.id.uuid(),
        amount: booking.total,
        payer: booking.user_id,
        expires_at: booking.hold_expires_at,
    };
    let invoice = payments.create_invoice(&asked).await?;
    let happening = if invoice.status == InvoiceStatus::Pending {
        Happening::InvoiceMade(InvoiceLink { number: invoice.number, payment_url: invoice.payment_url })
    } else {
        let Some(news) = news(&invoice, booking.total, Ending::Expired) else { return Ok(()) };
        news
    };
    match hear_from(on, booking, &happening).await? {
        Heard::TooLate(booking) => void_and_act(on, payments, booking, Ending::Expired).await.map(drop),
        Heard::Now(_) | Heard::Unknown => Ok(()),
    }
}
