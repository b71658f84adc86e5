//! Seats go on sale.

use crate::domain::{Event, NewSeats};
use crate::ports::Events;
use contracts::{Caller, Code, EventId, Problem, Role, World};

/// How often to begin anew when somebody else added seats meanwhile.
const TRIES: u32 = 4;

/// Adds seats to an event of the caller's own: all of them, on sale once this answers, or none.
pub async fn add_seats(
    events: &dyn Events,
    world: &dyn World,
    caller: &Caller,
    id: EventId,
    asked: &NewSeats,
) -> Result<Event, Problem> {
    let labels = asked.expand()?;
    for _ in 0..TRIES {
        let event = events.get(id).await?.ok_or_else(Problem::not_found)?;
        if event.organiser_id != caller.id && caller.role != Role::Admin {
            return Err(Problem::not_found());
        }
        let layout = events.layout(&event).await?;
        // Of a fresh version 7 UUID, the end is random.
        let attempt = world.new_id().simple().to_string().split_off(20);
        let (after, blocks) = layout.add(&event, &asked.section, asked.price, labels.clone(), &attempt)?;
        if events.add_blocks(&event, &after, &blocks).await? {
            return Ok(after);
        }
    }
    Err(Problem::new(Code::EventChanged))
}
