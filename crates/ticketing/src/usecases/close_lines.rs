//! Closing the lines of events that have begun: nobody can be offered a seat there any more.

use crate::domain::{Event, Waiter};
use crate::ports::{EventQuery, Events, Lines, Seat};
use crate::usecases::own_event::seats;
use crate::usecases::reconcile::all_events;
use contracts::{Failure, Timestamp, World};
use futures::{StreamExt, TryStreamExt, stream};
use std::time::Duration;

/// How long after its start the lines of an event are closed. Whoever asked to join before the start is in by then.
const AFTER_START: Duration = Duration::from_mins(10);
/// Lines are closed within this time of their event's start. Events that began longer ago are not looked at any more.
pub(super) const CLOSED_WITHIN: Duration = Duration::from_hours(7 * 24);
/// The most places taken out in one run, so that it ends within the function's time. The rest waits for the next.
const AT_A_TIME: usize = 2_000;
/// The most seats whose lines are closed at the same time.
const AT_ONCE: usize = 8;

/// Takes everybody out of the lines of events that have begun, and with them the names that the lines kept for the
/// tickets. An event that has begun cannot be moved any more, so its lines never go on. Answers how many places went.
///
/// An event whose lines are closed is marked, and costs one read from then on. One that fails keeps no other from being
/// closed, and is tried again by the next run.
pub async fn close_lines(events: &dyn Events, lines: &dyn Lines, world: &dyn World) -> Result<usize, Failure> {
    let now = world.now();
    let until = Some(now - AFTER_START);
    let which = EventQuery { from: now - CLOSED_WITHIN, until, text: None, city: None, movie: None, organiser: None };
    let (mut taken_out, mut failed) = (0, None);
    for event in all_events(events, &which).await? {
        match close(events, lines, &event, (now, AT_A_TIME - taken_out)).await {
            Ok(places) => taken_out += places,
            Err(why) => failed = Some(why),
        }
        if taken_out >= AT_A_TIME {
            break;
        }
    }
    failed.map_or(Ok(taken_out), Err)
}

/// Takes up to `most` people out of the lines of an event, and marks it when nobody is left. Answers how many.
async fn close(
    events: &dyn Events,
    lines: &dyn Lines,
    event: &Event,
    (now, most): (Timestamp, usize),
) -> Result<usize, Failure> {
    if lines.are_closed(event.id).await? {
        return Ok(0);
    }
    let (mut some, mut places) = (Vec::new(), 0);
    for seat in seats(events, event).await?.into_iter().filter(|seat| seat.waiters > 0) {
        let mut waiters = lines.all(event.id, &seat.label).await?;
        waiters.truncate(most - places);
        places += waiters.len();
        some.push((seat, waiters));
        if places == most {
            break;
        }
    }
    // Side by side for different seats only: each place that goes is counted at its seat.
    let empty = |(seat, waiters): (Seat, Vec<Waiter>)| async move {
        for waiter in waiters {
            lines.drop_place(event.id, (&seat.block, &seat.label), &waiter).await?;
        }
        Ok::<_, Failure>(())
    };
    stream::iter(some).map(empty).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
    if places < most {
        lines.close(event.id, now).await?;
    }
    Ok(places)
}
