//! Offering seats to a person who waited: the organiser's hold and the invoice.

use crate::domain::{Booking, Ending, Happening};
use crate::ports::{Mismatches, OrganiserAnswer, OrganiserSystem, Payments};
use crate::usecases::hear::{BookingPorts, Heard, hear_from, news, void_and_act};
use crate::usecases::organiser_hold::let_go;
use crate::usecases::reconcile::report;
use contracts::{BookingId, BookingStatus, CreateInvoice, Failure, InvoiceLink, InvoiceStatus, MismatchKind};
use std::collections::BTreeSet;
use std::time::Duration;

/// How long an offer's invoice could be paid, if the end of the offer did not void it.
const INVOICE_LIFE: Duration = Duration::from_hours(24 * 365);

/// Takes a booking of offered seats on to its payment. The organiser's system releases the old holds and agrees to the
/// new one, then the invoice is made, and the time to pay begins.
///
/// Whoever waits loses nothing by others' faults: a call without an answer is tried again, and so is a refusal, which
/// the organiser is told of. `expire_hold` asks again for as long as the event sells, by a message of its own: one
/// about an older `version` of the booking has nothing left to do.
pub async fn offer_seat(
    on: &BookingPorts,
    (organiser, payments, mismatches): (&dyn OrganiserSystem, &dyn Payments, &dyn Mismatches),
    (id, version): (BookingId, u64),
) -> Result<(), Failure> {
    let Some(booking) = on.bookings.get(id).await?.filter(|booking| awaits(booking, version)) else { return Ok(()) };
    let Some(previous) = booking.previous else { return Ok(()) };
    let_go(&*on.bookings, organiser, &booking, &unreleased(on, &booking, previous).await?).await?;
    let hold = Booking { hold_expires_at: on.world.now() + on.offer, ..booking.clone() };
    if organiser.hold(&hold).await? == OrganiserAnswer::Refused {
        // Whoever gave the offer up meanwhile had its hold released, and so it was refused.
        if !on.bookings.get(id).await?.is_some_and(|booking| awaits(&booking, version)) {
            return Ok(());
        }
        let found = (booking.event_id, MismatchKind::OrganiserRefused, booking.id.to_string());
        return report(&*on.events, mismatches, &*on.world, found).await;
    }
    let asked = CreateInvoice {
        reference: booking.id.uuid(),
        amount: booking.total,
        payer: booking.user_id,
        // The same whenever it is asked for, also after the event was moved. The end of the offer voids it, which is
        // earlier.
        expires_at: booking.created_at + INVOICE_LIFE,
    };
    let invoice = payments.create_invoice(&asked).await?;
    let happening = if invoice.status == InvoiceStatus::Pending {
        let link = InvoiceLink { number: invoice.number, payment_url: invoice.payment_url };
        Happening::Offered(link, on.world.now() + on.offer)
    } else {
        // Its buyer cancels it at this moment: nothing else voids the invoice of an offer before they are told.
        let Some(news) = news(&invoice, booking.total, Ending::Cancelled) else { return Ok(()) };
        news
    };
    match hear_from(on, booking, &happening).await? {
        Heard::TooLate(booking) => void_and_act(on, payments, booking, Ending::Expired).await.map(drop),
        Heard::Now(_) | Heard::Unknown => Ok(()),
    }
}

/// Is it still to be told, and is a message about this version the newest there is?
fn awaits(booking: &Booking, version: u64) -> bool {
    booking.status == BookingStatus::Held && booking.version <= version
}

/// The bookings whose holds of these seats the organiser's system may still have.
async fn unreleased(on: &BookingPorts, booking: &Booking, previous: BookingId) -> Result<BTreeSet<BookingId>, Failure> {
    let mut all = BTreeSet::from([previous]);
    for seat in &booking.seats {
        let kept = on.events.seat(booking.event_id, &seat.block, &seat.label).await?;
        all.extend(kept.into_iter().flat_map(|seat| seat.unreleased));
    }
    Ok(all)
}
