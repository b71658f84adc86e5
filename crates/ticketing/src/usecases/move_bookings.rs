//! The slow part of moving an event. It runs from a queue, one part at a time, because an event may have more bookings
//! than one function can move.

use crate::domain::{Event, EventStatus, Happening};
use crate::ports::{MovedPart, MovingQueue};
use crate::usecases::hear::{BookingPorts, hear_from};
use crate::usecases::own_event::seats;
use contracts::{BookingId, EventId, Failure};
use futures::stream::{self, StreamExt};
use std::collections::BTreeSet;
use std::ops::Bound;
use std::time::Duration;

/// All bookings are looked at so long after the event was moved, and then so long after the look before. The first look
/// finds who has seats. The second finds who bought from a plan of the old time and place that was still cached. The
/// third finds whose purchase took a minute.
const LOOKS: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(10), Duration::from_mins(1)];
/// The most bookings moved in one run. The rest waits for the next.
const AT_A_TIME: usize = 500;
/// The most bookings moved at the same time.
const AT_ONCE: usize = 8;

/// Asks for the bookings of this event to be moved with it. This comes before the event is moved, so that no crash
/// between the two leaves them behind. If the event is not moved after all, nothing happens.
pub(super) async fn have_moved(queue: &dyn MovingQueue, event_id: EventId) -> Result<(), Failure> {
    queue.move_bookings(&MovedPart { event_id, looks: 0, after: None }, LOOKS[0]).await
}

/// Moves the live bookings of a part of an event to its present time and place, and asks for the next part. `refunds`
/// says how long their buyers may have all their money back. A booking that was moved already stays as it is.
pub async fn move_bookings(
    on: &BookingPorts,
    queue: &dyn MovingQueue,
    refunds: Duration,
    part: &MovedPart,
) -> Result<(), Failure> {
    let event = on.events.get(part.event_id).await?;
    let goes_on = |event: &Event| event.status == EventStatus::Scheduled || event.deletion.is_some();
    let Some(event) = event.filter(goes_on) else { return Ok(()) };
    let owners: BTreeSet<BookingId> =
        seats(&*on.events, &event).await?.iter().filter_map(|seat| seat.booking).collect();
    let from = part.after.map_or(Bound::Unbounded, Bound::Excluded);
    let some: Vec<BookingId> = owners.range((from, Bound::Unbounded)).take(AT_A_TIME).copied().collect();
    let moved = &Happening::EventMoved(event.occasion(), refunds);
    let last = some.last().copied();
    let is_all = some.len() < AT_A_TIME;
    let outcomes: Vec<Result<(), Failure>> = stream::iter(some)
        .map(|id| async move {
            match on.bookings.get(id).await? {
                Some(booking) => hear_from(on, booking, moved).await.map(drop),
                None => Ok(()),
            }
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    // One that fails keeps no other from being moved. The next look comes to it again; after the last look, the queue.
    let failed = outcomes.into_iter().find_map(Result::err);
    let looks = part.looks + 1;
    let (next, delay) = if !is_all {
        (MovedPart { after: last, ..*part }, Duration::ZERO)
    } else if let Some(delay) = LOOKS.get(looks as usize) {
        (MovedPart { looks, after: None, ..*part }, *delay)
    } else {
        return failed.map_or(Ok(()), Err);
    };
    queue.move_bookings(&next, delay).await?;
    match failed {
        Some(why) if part.looks as usize + 1 == LOOKS.len() => Err(why),
        Some(why) => {
            tracing::warn!(%why, event = %part.event_id, "a booking is not moved this time");
            Ok(())
        }
        None => Ok(()),
    }
}
