//! Starting again what a lost message left undone: a payment to decide, a ticket to print, money to pay back.

use crate::domain::Booking;
use crate::ports::{Bookings, Timers};
use contracts::{Failure, Timestamp, World};
use std::time::Duration;

/// How many bookings of each part of the store one run looks at. Their number bounds how long a run takes; the next run
/// goes on where this one ended, because a booking that was told again is late again only after a pause.
const OF_EACH_PART: u32 = 50;

/// The longest pause before an unfinished booking is told again. What was told before may still be tried.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

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
    let (mut resumed, mut failed) = (0, None);
    for booking in bookings.unfinished(now - grace, OF_EACH_PART).await? {
        match start_again(bookings, timers, &booking, (now, grace)).await {
            Ok(again) => resumed += usize::from(again),
            Err(why) => failed = Some(why),
        }
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
    if booking.due().is_none() {
        // The code of an earlier release ended it, and knew of no list.
        bookings.nothing_is_left(booking).await?;
        return Ok(false);
    }
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
    if let Err(why) = tell_again(bookings, booking, (world.now(), grace)).await {
        tracing::warn!(booking = %booking.id, %why, "a late booking is not started again");
    }
}

/// Has a booking published once more if it is late. Whoever has work with it reads it then. Says so in words that the
/// template's metric filter counts, if it is paid and late for long.
async fn tell_again(
    bookings: &dyn Bookings,
    booking: &Booking,
    (now, grace): (Timestamp, Duration),
) -> Result<bool, Failure> {
    let Some(due) = booking.due().filter(|due| *due < now - grace) else { return Ok(false) };
    let late = due.until(now);
    // The longer it has been late, the longer the pause.
    let pause = (late / 8).clamp(grace, LONGEST_PAUSE);
    let is_told = bookings.tell_again(booking.id, now - grace, now + pause - grace).await?;
    if is_told && booking.is_paid() && late > SOMEBODY_MUST_LOOK {
        let id = booking.id;
        tracing::error!(paid_and_late = 1, %id, "a paid booking has neither its ticket nor its money back");
    }
    Ok(is_told)
}
