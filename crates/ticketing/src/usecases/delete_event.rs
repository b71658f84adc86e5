//! Deleting an event that has no bookings. `deletion` has the steps that `close_event` continues if this breaks off.

use crate::domain::{Deletion, EventStatus, SeatStatus};
use crate::ports::{ClosingQueue, Events, Seat};
use crate::usecases::close_lines::CLOSED_WITHIN;
use crate::usecases::deletion::settle_deletion;
use crate::usecases::own_event::{own_event, seats};
use contracts::edit::{Seen, until_done};
use contracts::{Caller, Code, EventId, Problem, World};
use std::time::Duration;

/// When to check a deletion that may have broken off: `delete-event` has ended by then.
const AFTER_DELETION: Duration = Duration::from_mins(1);

/// Deletes an event if nobody holds or owns a seat of it. `seen` is what the caller saw of it. The event
/// sells nothing while its seats are withdrawn, and each seat is withdrawn only if it is open. If somebody took a seat
/// first, the event goes back to how it was.
pub async fn delete_event(
    (events, world): (&dyn Events, &dyn World),
    closing: &dyn ClosingQueue,
    caller: &Caller,
    id: EventId,
    seen: &Seen,
) -> Result<(), Problem> {
    until_done(|| async {
        let event = own_event(events, caller, id, seen).await?;
        // Its line keeps a claim to the seat until it is closed, some time after the start.
        let may_have_lines = world.now() < event.starts_at + CLOSED_WITHIN;
        let owed = |seat: &Seat| seat.status == SeatStatus::Open && seat.waiters > 0 && may_have_lines;
        let taken = |seat: &Seat| matches!(seat.status, SeatStatus::OnGoing | SeatStatus::Booked) || owed(seat);
        if event.status != EventStatus::Cancelled
            && seats(events, &event).await?.iter().any(taken)
            && event.deletion.is_none()
        {
            return Err(Problem::new(Code::HasBookings));
        }
        let deleted = event.becoming(EventStatus::Deleted);
        match event.status {
            EventStatus::Scheduled => {
                // Sent first: if the deletion breaks off, this message has it completed or undone.
                closing.close_event(id, None, AFTER_DELETION).await?;
                if !events.update(&event, &event.in_deletion(Deletion::Withdrawing)).await? {
                    return Ok(None);
                }
            }
            EventStatus::Closing if event.deletion.is_none() => {
                // An event that is being cancelled stays closed, whether or not this succeeds.
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
