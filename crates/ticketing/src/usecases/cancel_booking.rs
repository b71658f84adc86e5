//! Cancelling a booking, and giving up its seats and money. `close_event` and `forget_buyer` give bookings up in the
//! same way.

use crate::domain::{Booking, Ending, Happening};
use crate::ports::Payments;
use crate::usecases::get_booking;
use crate::usecases::hear::{BookingPorts, Heard, hear_from, void_and_act};
use contracts::edit::{Seen, as_seen};
use contracts::idempotency::Kept;
use contracts::{
    BookingId, BookingStatus, Caller, Code, Failure, FailureReason, IdempotencyKey, Problem, Role, idempotency,
};
use std::time::Duration;
use uuid::Uuid;

/// The namespace of idempotency keys of cancellations.
const NAMESPACE: Uuid = Uuid::from_u128(0x6b61_7263_6973_4b42_8f6f_6b69_6e67_0009);

/// Cancels a booking for its buyer, or for an admin. For its buyer, a paid booking needs at least `notice` before the
/// event; an admin may pay it back at any time. A repeated call answers the booking as it is. `seen` is what the caller
/// saw of it.
pub async fn cancel_booking(
    on: &BookingPorts,
    payments: &dyn Payments,
    notice: Duration,
    id: BookingId,
    caller: &Caller,
    seen: &Seen,
    key: Option<&IdempotencyKey>,
) -> Result<Booking, Problem> {
    let is_admin = caller.role == Role::Admin;
    let booking = if is_admin {
        on.bookings.get(id).await?.ok_or_else(Problem::not_found)?
    } else {
        get_booking(&*on.bookings, id, caller.id).await?
    };
    idempotency::claim(&*on.bookings, (&NAMESPACE, caller.id), key, on.world.now(), Kept::ForADay).await?;
    if is_given_up(booking.status) {
        return Ok(booking);
    }
    let booking = as_seen(booking, seen)?;
    let may_cancel = |booking: &Booking| {
        (is_admin && booking.status == BookingStatus::Confirmed) || booking.is_cancellable(on.world.now(), notice)
    };
    if !may_cancel(&booking) {
        return Err(Problem::new(Code::NotCancellable));
    }
    let booking = void_if_unpaid(on, payments, booking, Ending::Cancelled).await?;
    // It may turn out to be paid, and then its deadline counts.
    if !is_given_up(booking.status) && !may_cancel(&booking) {
        return Err(Problem::new(Code::NotCancellable));
    }
    let booking = give_up_paid(on, booking, None).await?;
    if is_given_up(booking.status) { Ok(booking) } else { Err(Problem::new(Code::NotCancellable)) }
}

const fn is_given_up(status: BookingStatus) -> bool {
    matches!(status, BookingStatus::Cancelled | BookingStatus::Refunding | BookingStatus::Refunded)
}

/// Ends a live booking in place of its buyer: its event does not take place, or its buyer is gone. If it is not paid,
/// its invoice is voided first. If it turns out to be paid, the money is paid back.
pub async fn give_up(
    on: &BookingPorts,
    payments: &dyn Payments,
    booking: Booking,
    reason: Option<FailureReason>,
) -> Result<Booking, Failure> {
    let ending = match reason {
        Some(FailureReason::EventCancelled) => Ending::EventCancelled,
        _ => Ending::Cancelled,
    };
    let booking = void_if_unpaid(on, payments, booking, ending).await?;
    give_up_paid(on, booking, reason).await
}

/// Ends a booking that is not paid, or finds that it is.
async fn void_if_unpaid(
    on: &BookingPorts,
    payments: &dyn Payments,
    booking: Booking,
    ending: Ending,
) -> Result<Booking, Failure> {
    match booking.status {
        BookingStatus::Held | BookingStatus::AwaitingPayment => void_and_act(on, payments, booking, ending).await,
        _ => Ok(booking),
    }
}

/// Ends a paid booking: the money is paid back. Leaves any other as it is.
async fn give_up_paid(on: &BookingPorts, booking: Booking, reason: Option<FailureReason>) -> Result<Booking, Failure> {
    match hear_from(on, booking, &Happening::GivenUp(reason)).await? {
        Heard::Now(booking) | Heard::TooLate(booking) => Ok(booking),
        Heard::Unknown => Err(Failure::permanent("give up a booking", "there is none")),
    }
}
