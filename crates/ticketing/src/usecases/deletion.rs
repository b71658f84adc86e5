//! The deletion of an event. It may break off at any step, and the next call that finds it completes or undoes it.

use crate::domain::{Deletion, EventStatus, SeatStatus};
use crate::ports::Events;
use crate::usecases::own_event::seats;
use contracts::{EventId, Failure};

/// How many attempts a deletion gets when somebody else changes the event meanwhile.
const TRIES: u32 = 4;

/// Brings a deletion that has begun to its end. Answers whether the event is deleted. Several calls may do this at
/// once: each decision is written on condition, and every call continues from what was written.
pub(super) async fn settle_deletion(events: &dyn Events, id: EventId) -> Result<bool, Failure> {
    let mut withdrew = false;
    for _ in 0..TRIES {
        let Some(event) = events.get(id).await? else { return Ok(true) };
        let seats = seats(events, &event).await?;
        let after = match event.deletion {
            Some(Deletion::Withdrawing) => {
                let left: Vec<_> = seats.into_iter().filter(|seat| seat.status != SeatStatus::Withdrawn).collect();
                withdrew = true;
                if events.withdraw(id, &left).await? {
                    event.becoming(EventStatus::Deleted)
                } else {
                    event.in_deletion(Deletion::GivenUp)
                }
            }
            Some(Deletion::GivenUp) => {
                events.reopen(id, &seats).await?;
                event.becoming(EventStatus::Scheduled)
            }
            None => {
                // This call may have withdrawn seats while another call put seats back on sale: put those back too.
                if withdrew && event.status == EventStatus::Scheduled {
                    events.reopen(id, &seats).await?;
                }
                return Ok(false);
            }
        };
        if events.update(&event, &after).await? && after.status == EventStatus::Deleted {
            return Ok(true);
        }
    }
    Err(Failure::transient("delete an event", "others changed it each time"))
}
