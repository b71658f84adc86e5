//! Starting again what a lost message left undone: a payment to decide, a ticket to print, money to pay back.

use crate::domain::Booking;
use crate::ports::{Bookings, Timers};
use contracts::{Failure, Timestamp, World};
use std::time::Duration;

/// How many bookings of each part of the store one run looks at. Their number bounds how long a run takes; the next run
/// goes on where this one ended, because a booking that was told again is late again only after a pause.
const OF_EACH_PART: u32 = 100;

/// The longest pause before an unfinished booking is told again.
const LONGEST_PAUSE: Duration = Duration::from_mins(15);

/// How long a booking may be paid, and have neither its ticket nor its money back, before somebody must look. Messages
/// that only come late have come by then.
const SOMEBODY_MUST_LOOK: Duration = Duration::from_mins(10);

/// Starts the bookings again that are late. Answers how many. One that fails does not keep the others from being
/// started. A booking is late if it is unfinished for `grace`: until then its messages are on their way.
pub async fn resume_bookings(
    bookings: &dyn Bookings,
    timers: &dyn Timers,
    world: &dyn World,
    grace: Duration,
) -> Result<usize, Failure> {
    let now = world.now();
    let (mut resumed, mut paid, mut failed) = (0_usize, 0_usize, None);
    for booking in bookings.unfinished(now - grace, OF_EACH_PART).await? {
        let must_look = booking.is_paid() && booking.due().is_some_and(|due| due + SOMEBODY_MUST_LOOK < now);
        match start_again(bookings, timers, &booking, (now, grace)).await {
            Ok(true) => (resumed, paid) = (resumed + 1, paid + usize::from(must_look)),
            Ok(false) => {}
            Err(why) => failed = Some(why),
        }
    }
    if paid > 0 {
        tracing::error!(paid_and_late = paid, "paid bookings have neither their ticket nor their money back");
    }
    failed.map_or(Ok(resumed), Err)
}

/// The timer decides a booking that is not paid: it acts on what payments says.
async fn start_again(
    bookings: &dyn Bookings,
    timers: &dyn Timers,
    booking: &Booking,
    (now, grace): (Timestamp, Duration),
) -> Result<bool, Failure> {
    if !booking.is_paid() {
        timers.start(booking.id, now, now).await?;
    }
    tell_again(bookings, booking, (now, grace)).await
}

/// Starts a paid booking again if it is late, for whoever asks for its ticket or its money. They do not wait for that,
/// and are not told if it fails: the next run does it.
pub async fn resume(bookings: &dyn Bookings, world: &dyn World, grace: Duration, booking: &Booking) {
    if !booking.is_paid() {
        return;
    }
    match tell_again(bookings, booking, (world.now(), grace)).await {
        Ok(true) => tracing::info!(booking = %booking.id, "a late booking is started again"),
        Ok(false) => {}
        Err(why) => tracing::warn!(booking = %booking.id, %why, "a late booking is not started again"),
    }
}

/// Has a booking published once more if it is late. Whoever has work with it reads it then.
async fn tell_again(
    bookings: &dyn Bookings,
    booking: &Booking,
    (now, grace): (Timestamp, Duration),
) -> Result<bool, Failure> {
    match booking.due().filter(|due| *due < now - grace) {
        Some(due) => {
            // The longer it has been late, the longer the pause.
            let pause = (due.until(now) / 8).clamp(grace, LONGEST_PAUSE.max(grace));
            bookings.tell_again(booking.id, now - grace, now + pause - grace).await
        }
        None => Ok(false),
    }
}
