use crate::domain::{Event, EventStatus};
use crate::ports::{ClosingQueue, Events};
use crate::usecases::deletion::settle_deletion;
use crate::usecases::own_event::own_event;
use contracts::edit::{as_seen, until_done};
use contracts::{Caller, EventId, Problem};
use std::time::Duration;

/// When a cancelled event is closed although its request broke off behind the write: later than a request takes.
const AFTER_ALL: Duration = Duration::from_secs(15);

/// Cancels an event as a whole: nothing sells from now on, and one booking after the other is cancelled and paid back.
/// `version` is the one the caller saw, if they say; of an event that is being cancelled already it does not matter.
pub async fn cancel_event(
    events: &dyn Events,
    closing: &dyn ClosingQueue,
    caller: &Caller,
    id: EventId,
    version: Option<u64>,
) -> Result<Event, Problem> {
    until_done(|| async {
        let before = own_event(events, caller, id, None).await?;
        if before.deletion.is_some() {
            settle_deletion(events, id).await?;
            return Ok(None);
        }
        if before.status != EventStatus::Scheduled {
            closing.close_event(id, Duration::ZERO).await?;
            return Ok(Some(before));
        }
        let before = as_seen(before, version)?;
        // Sent first: whatever breaks off behind the write, the event is closed.
        closing.close_event(id, AFTER_ALL).await?;
        let after = before.becoming(EventStatus::Closing);
        if !events.update(&before, &after).await? {
            return Ok(None);
        }
        closing.close_event(id, Duration::ZERO).await?;
        Ok(Some(after))
    })
    .await
}
