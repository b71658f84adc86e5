use crate::domain::{Deletion, EventStatus, SeatStatus};
use crate::ports::{ClosingQueue, Events, Seat};
use crate::usecases::deletion::settle_deletion;
use crate::usecases::own_event::{own_event, seats};
use contracts::edit::until_done;
use contracts::{Caller, Code, EventId, Problem};
use std::time::Duration;

/// When a deletion is looked at again that may have broken off: `delete-event` is over by then.
const AFTER_DELETION: Duration = Duration::from_mins(1);

/// Deletes an event that nobody holds or owns a seat of; `version` is the one the caller saw, if they say. It sells
/// nothing while its seats are withdrawn, one by one and each only if it is open; if somebody was faster, all is as
/// before.
pub async fn delete_event(
    events: &dyn Events,
    closing: &dyn ClosingQueue,
    caller: &Caller,
    id: EventId,
    version: Option<u64>,
) -> Result<(), Problem> {
    until_done(|| async {
        let event = own_event(events, caller, id, version).await?;
        let taken = |seat: &Seat| matches!(seat.status, SeatStatus::OnGoing | SeatStatus::Booked);
        if event.status != EventStatus::Cancelled
            && seats(events, &event).await?.iter().any(taken)
            && event.deletion.is_none()
        {
            return Err(Problem::new(Code::HasBookings));
        }
        let deleted = event.becoming(EventStatus::Deleted);
        match event.status {
            EventStatus::Scheduled => {
                // Sent first: a deletion that breaks off is brought to an end, this way or that.
                closing.close_event(id, AFTER_DELETION).await?;
                if !events.update(&event, &event.in_deletion(Deletion::Withdrawing)).await? {
                    return Ok(None);
                }
            }
            EventStatus::Closing if event.deletion.is_none() => {
                // One that is being cancelled stays closed, whatever comes of this.
                let mut open = seats(events, &event).await?;
                open.retain(|seat| seat.status != SeatStatus::Withdrawn);
                if !events.withdraw(id, &open).await? {
                    return Err(Problem::new(Code::HasBookings));
                }
                return Ok(events.update(&event, &deleted).await?.then_some(()));
            }
            EventStatus::Closing => {}
            EventStatus::Cancelled | EventStatus::Deleted => {
                return Ok(events.update(&event, &deleted).await?.then_some(()));
            }
        }
        if settle_deletion(events, id).await? { Ok(Some(())) } else { Err(Problem::new(Code::HasBookings)) }
    })
    .await
}
