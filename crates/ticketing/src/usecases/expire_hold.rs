use crate::domain::Ending;
use crate::ports::{Bookings, Payments, Queues};
use crate::usecases::hear::void_and_act;
use contracts::{BookingStatus, Failure, HoldTimer, World};

/// What a timer starts when a hold has run out. It decides nothing itself: it asks payments to void the invoice and
/// acts on the answer, so that money that came at the last moment still buys the seats.
pub async fn expire_hold(
    bookings: &dyn Bookings,
    payments: &dyn Payments,
    queues: &dyn Queues,
    world: &dyn World,
    timer: HoldTimer,
) -> Result<(), Failure> {
    let now = world.now();
    if now < timer.due {
        return queues.start_timer(timer.booking_id, timer.due, now).await;
    }
    let Some(booking) = bookings.get(timer.booking_id).await? else { return Ok(()) };
    // A timer of an earlier try with the same idempotency key: this hold has longer to live.
    if now < booking.hold_expires_at {
        return queues.start_timer(booking.id, booking.hold_expires_at, now).await;
    }
    match booking.status {
        BookingStatus::Held | BookingStatus::AwaitingPayment => {
            void_and_act(bookings, payments, world, booking, Ending::Expired).await.map(drop)
        }
        _ => Ok(()),
    }
}
