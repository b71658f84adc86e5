//! Cancelling an event as a whole. The request only closes the event; `close_event` does the rest from a queue.

use crate::domain::{Event, EventStatus};
use crate::ports::{ClosingQueue, Events};
use crate::usecases::deletion::settle_deletion;
use crate::usecases::own_event::own_event;
use contracts::edit::{Seen, as_seen, until_done};
use contracts::{Caller, Code, EventId, Problem, World};
use std::time::Duration;

/// When to close a cancelled event if its request broke off after the write. A request takes less time than this.
const AFTER_ALL: Duration = Duration::from_secs(15);

/// Cancels an event as a whole: nothing sells from now on, and its bookings are then cancelled and paid back. An event
/// that is over took place, and is not cancelled. `seen` is what the caller saw; it does not matter once the event is
/// being cancelled.
pub async fn cancel_event(
    (events, world): (&dyn Events, &dyn World),
    closing: &dyn ClosingQueue,
    caller: &Caller,
    id: EventId,
    seen: &Seen,
) -> Result<Event, Problem> {
    until_done(|| async {
        let before = own_event(events, caller, id, &Seen::Any).await?;
        if before.deletion.is_some() {
            settle_deletion(events, id).await?;
            return Ok(None);
        }
        if before.status != EventStatus::Scheduled {
            closing.close_event(id, None, Duration::ZERO).await?;
            return Ok(Some(before));
        }
        let before = as_seen(before, seen)?;
        if !before.is_open_to_change(world.now()) {
            return Err(Problem::new(Code::EventOver));
        }
        // Sent first: the event is closed even if this request breaks off after the write.
        closing.close_event(id, None, AFTER_ALL).await?;
        let after = before.becoming(EventStatus::Closing);
        if !events.update(&before, &after).await? {
            return Ok(None);
        }
        // By its number, so that it is tried again at once if it fails.
        closing.close_event(id, Some(1), Duration::ZERO).await?;
        Ok(Some(after))
    })
    .await
}
