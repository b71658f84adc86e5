//! Telling the organiser's system how a booking ended. Two queues share it: one for confirmed bookings and one for
//! bookings whose seats are released.

use crate::domain::{Booking, Happening};
use crate::ports::{Mismatches, OrganiserAnswer, OrganiserSystem};
use crate::usecases::hear::{BookingPorts, hear_from};
use crate::usecases::reconcile::report;
use contracts::{BookingChanged, BookingStatus, Failure, FailureReason, MismatchKind};
use std::sync::Arc;

/// How many times to read the booking: it changes only a few times.
const LOOKS: u32 = 4;

/// The ports that telling an organiser's system needs.
pub struct OrganiserPorts {
    /// Bookings, and what a change of one needs.
    pub ports: BookingPorts,
    /// The organiser's system.
    pub organiser: Arc<dyn OrganiserSystem>,
    /// Where the organiser reads that the two systems disagree.
    pub mismatches: Arc<dyn Mismatches>,
}

/// Makes the organiser's system agree with a booking's present state, whatever the message said. A confirmed booking is
/// confirmed there; a booking that ended otherwise is released. Then reads the booking again: it may have changed
/// meanwhile, and another worker may have told the organiser of that change before this call arrived.
///
/// A booking that was moved, or took another name of its buyer's, after it was paid was confirmed there when it was
/// paid. It is not asked about again: a system may have forgotten by then, and a "no" would cost a buyer seats that are
/// theirs.
///
/// For the same reason a "no" about a booking that is told again because it is late is a mismatch, and nothing more.
///
/// If the organiser's system refuses to confirm, the seats are not ours to sell: the buyer is paid back, the seats
/// leave the sale, and the organiser gets a mismatch. Once the event has begun, the organiser only gets the mismatch.
pub async fn settle_organiser_hold(on: Arc<OrganiserPorts>, change: BookingChanged) -> Result<(), Failure> {
    // A message of the release before says only whether a move came after the payment.
    let was_paid = change.was_paid || change.moved.is_some_and(|moved| moved.was_paid);
    // What is told again was perhaps never told there.
    if change.booking.status == BookingStatus::Confirmed && was_paid && !change.again {
        return Ok(());
    }
    let bookings = &on.ports.bookings;
    let mut told = None;
    for _ in 0..LOOKS {
        let Some(booking) = bookings.get(change.booking.id).await? else { return Ok(()) };
        if told == Some(booking.status) {
            return Ok(());
        }
        told = Some(booking.status);
        match booking.status {
            BookingStatus::Confirmed => confirm(&on, booking, change.again).await?,
            BookingStatus::Held | BookingStatus::AwaitingPayment => return Ok(()),
            BookingStatus::Failed
            | BookingStatus::Expired
            | BookingStatus::Cancelled
            | BookingStatus::Refunding
            | BookingStatus::Refunded => return release(&on, &booking).await,
        }
    }
    Err(Failure::transient("settle a hold", "the booking moved on each time"))
}

async fn confirm(on: &OrganiserPorts, booking: Booking, again: bool) -> Result<(), Failure> {
    if on.organiser.confirm(&booking).await? == OrganiserAnswer::Agreed {
        return Ok(());
    }
    if again || on.ports.world.now() >= booking.starts_at {
        return disagree(on, &booking).await;
    }
    // The next look finds what became of it, and reports it.
    hear_from(&on.ports, booking, &Happening::GivenUp(Some(FailureReason::OrganiserRefused))).await.map(drop)
}

async fn release(on: &OrganiserPorts, booking: &Booking) -> Result<(), Failure> {
    let was_confirmed = matches!(booking.status, BookingStatus::Refunding | BookingStatus::Refunded);
    if was_confirmed && booking.reason == Some(FailureReason::OrganiserRefused) {
        disagree(on, booking).await?;
    }
    on.organiser.release(booking.id, booking.organiser_url.as_deref()).await?;
    on.ports.bookings.released(booking).await
}

/// Tells the organiser that their system and we disagree about a booking.
async fn disagree(on: &OrganiserPorts, booking: &Booking) -> Result<(), Failure> {
    let found = (booking.event_id, MismatchKind::OrganiserRefused, booking.id.to_string());
    report(&*on.ports.events, &*on.mismatches, &*on.ports.world, found).await
}
