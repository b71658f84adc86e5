use crate::domain::{Booking, Ending, Happening};
use crate::ports::Payments;
use crate::usecases::get_booking;
use crate::usecases::hear::{BookingPorts, Heard, hear_from, void_and_act};
use contracts::edit::as_seen;
use contracts::{BookingId, BookingStatus, Code, Failure, FailureReason, Problem, UserId};
use std::time::Duration;

/// Gives a booking up at its buyer's wish, `notice` or more before the event. Once more it answers as it is.
/// `version` is the one that the buyer saw, if they say.
pub async fn cancel_booking(
    on: &BookingPorts,
    payments: &dyn Payments,
    notice: Duration,
    id: BookingId,
    buyer: UserId,
    version: Option<u64>,
) -> Result<Booking, Problem> {
    let booking = get_booking(&*on.bookings, id, buyer).await?;
    if is_given_up(booking.status) {
        return Ok(booking);
    }
    let booking = as_seen(booking, version)?;
    if !booking.is_cancellable(on.world.now(), notice) {
        return Err(Problem::new(Code::NotCancellable));
    }
    let booking = give_up(on, payments, booking, None).await?;
    if is_given_up(booking.status) { Ok(booking) } else { Err(Problem::new(Code::NotCancellable)) }
}

const fn is_given_up(status: BookingStatus) -> bool {
    matches!(status, BookingStatus::Cancelled | BookingStatus::Refunding | BookingStatus::Refunded)
}

/// Ends a live booking: what is not paid is voided first, and what turns out to be paid is paid back.
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
