//! Cancelling a booking, and giving up its seats and money. `close_event` gives bookings up in the same way.

use crate::domain::{Booking, Ending, Happening};
use crate::ports::Payments;
use crate::usecases::get_booking;
use crate::usecases::hear::{BookingPorts, Heard, hear_from, void_and_act};
use contracts::edit::{Seen, as_seen};
use contracts::idempotency::Kept;
use contracts::{BookingId, BookingStatus, Code, Failure, FailureReason, IdempotencyKey, Problem, UserId, idempotency};
use std::time::Duration;
use uuid::Uuid;

/// The namespace of idempotency keys of cancellations.
const NAMESPACE: Uuid = Uuid::from_u128(0x6b61_7263_6973_4b42_8f6f_6b69_6e67_0009);

/// Cancels a booking for its buyer. A paid booking needs at least `notice` before the event. A repeated call answers
/// the booking as it is. `seen` is what the buyer saw of it.
pub async fn cancel_booking(
    on: &BookingPorts,
    payments: &dyn Payments,
    notice: Duration,
    id: BookingId,
    buyer: UserId,
    seen: &Seen,
    key: Option<&IdempotencyKey>,
) -> Result<Booking, Problem> {
    let booking = get_booking(&*on.bookings, id, buyer).await?;
    idempotency::claim(&*on.bookings, (&NAMESPACE, buyer), key, on.world.now(), Kept::ForADay).await?;
    if is_given_up(booking.status) {
        return Ok(booking);
    }
    let booking = as_seen(booking, seen)?;
    if !booking.is_cancellable(on.world.now(), notice) {
        return Err(Problem::new(Code::NotCancellable));
    }
    let booking = give_up(on, payments, booking, None).await?;
    if is_given_up(booking.status) { Ok(booking) } else { Err(Problem::new(Code::NotCancellable)) }
}

const fn is_given_up(status: BookingStatus) -> bool {
    matches!(status, BookingStatus::Cancelled | BookingStatus::Refunding | BookingStatus::Refunded)
}

/// Ends a live booking. If it is not paid, its invoice is voided first. If it turns out to be paid, the money is paid
/// back.
pub async fn give_up(
    on: &BookingPorts,
    payments: &dyn Payments,
    booking: Booking,
    reason: Option<FailureReason>,
) -> Result<Booking, Failure> {
    let ending = if reason.is_some() { Ending::EventCancelled } else { Ending::Cancelled };
    let booking = match booking.status {
        BookingStatus::Held | BookingStatus::AwaitingPayment => void_and_act(on, payments, booking, ending).await?,
        _ => booking,
    };
    match hear_from(on, booking, &Happening::GivenUp(reason)).await? {
        Heard::Now(booking) | Heard::TooLate(booking) => Ok(booking),
        Heard::Unknown => Err(Failure::permanent("give up a booking", "there is none")),
    }
}
