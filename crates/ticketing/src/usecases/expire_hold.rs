use crate::domain::Ending;
use crate::ports::Payments;
use crate::usecases::hear::{BookingPorts, void_and_act};
use contracts::{BookingStatus, Failure, HoldTimer};

/// Runs when the timer of a hold is due. It decides nothing itself: it asks payments to void the invoice and acts on
/// the answer, so that a payment at the last moment still buys the seats.
pub async fn expire_hold(on: &BookingPorts, payments: &dyn Payments, timer: HoldTimer) -> Result<(), Failure> {
    let now = on.world.now();
    if now < timer.due {
        return on.timers.start(timer.booking_id, timer.due, now).await;
    }
    let Some(booking) = on.bookings.get(timer.booking_id).await? else { return Ok(()) };
    // The timer belongs to an earlier try with the same idempotency key: this hold ends later.
    if now < booking.hold_expires_at {
        return on.timers.start(booking.id, booking.hold_expires_at, now).await;
    }
    match booking.status {
        BookingStatus::Held | BookingStatus::AwaitingPayment => {
            void_and_act(on, payments, booking, Ending::Expired).await.map(drop)
        }
        _ => Ok(()),
    }
}
