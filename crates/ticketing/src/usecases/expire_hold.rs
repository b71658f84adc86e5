use crate::domain::{Booking, Ending, Happening};
use crate::ports::Payments;
use crate::usecases::hear::{BookingPorts, Heard, hear_from, void_and_act};
use contracts::{BookingStatus, Failure, HoldTimer};

/// Runs when the timer of a hold is due. It decides nothing itself: it asks payments to void the invoice and acts on
/// the answer, so that a payment at the last moment still buys the seats.
///
/// An offer whose buyer was not told yet is not theirs to lose: it stays while the event sells, and everything is asked
/// again.
pub async fn expire_hold(on: &BookingPorts, payments: &dyn Payments, timer: HoldTimer) -> Result<(), Failure> {
    let now = on.world.now();
    if now < timer.due {
        return on.timers.start(timer.booking_id, timer.due, now).await;
    }
    let Some(booking) = on.bookings.get(timer.booking_id).await? else { return Ok(()) };
    // The timer belongs to an earlier try with the same idempotency key, or the hold was moved: it ends later.
    if now < booking.hold_expires_at {
        return on.timers.start(booking.id, booking.hold_expires_at, now).await;
    }
    match booking.status {
        BookingStatus::Held if booking.is_offer() => expire_offer(on, payments, booking).await,
        BookingStatus::Held | BookingStatus::AwaitingPayment => {
            void_and_act(on, payments, booking, Ending::Expired).await.map(drop)
        }
        _ => Ok(()),
    }
}

/// Ends an offer whose buyer was not told if the sale is over, and has it tried again otherwise: the relay publishes
/// the change, and `offer_seat` hears of it.
async fn expire_offer(on: &BookingPorts, payments: &dyn Payments, booking: Booking) -> Result<(), Failure> {
    let now = on.world.now();
    let sells = on.events.get(booking.event_id).await?.is_some_and(|event| event.serves_lines(now));
    if !sells {
        return void_and_act(on, payments, booking, Ending::Expired).await.map(drop);
    }
    let until = now + on.offer;
    on.timers.start(booking.id, until, now).await?;
    match hear_from(on, booking, &Happening::Untold(until)).await? {
        Heard::TooLate(booking) => void_and_act(on, payments, booking, Ending::Expired).await.map(drop),
        Heard::Now(_) | Heard::Unknown => Ok(()),
    }
}
