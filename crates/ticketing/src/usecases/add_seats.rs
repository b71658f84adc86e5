//! Seats go on sale.

use crate::domain::{EventStatus, NewSeats, SectionSummary};
use crate::ports::Events;
use crate::usecases::edit_event::{TRIES, own_event};
use contracts::{Caller, Code, EventId, Problem, World};
use schemars::JsonSchema;
use serde::Serialize;

/// What an event has after seats were added.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AddedSeats {
    /// The event.
    pub event_id: EventId,
    /// The layout's version.
    pub layout: u64,
    /// All sections.
    pub sections: Vec<SectionSummary>,
}

/// Adds seats to an event of the caller's own: all of them, on sale once this answers, or none.
pub async fn add_seats(
    events: &dyn Events,
    world: &dyn World,
    caller: &Caller,
    id: EventId,
    asked: &NewSeats,
) -> Result<AddedSeats, Problem> {
    let labels = asked.expand()?;
    for _ in 0..TRIES {
        let event = own_event(events, caller, id, None).await?;
        if event.status != EventStatus::Scheduled {
            return Err(Problem::new(Code::EventOver));
        }
        let layout = events.layout(&event).await?;
        // Of a fresh version 7 UUID, the end is random.
        let attempt = world.new_id().simple().to_string().split_off(20);
        let (after, blocks) = layout.add(&event, &asked.section, asked.price, labels.clone(), &attempt)?;
        if events.add_blocks(&event, &after, &blocks).await? {
            return Ok(AddedSeats { event_id: id, layout: after.layout_version, sections: after.sections });
        }
    }
    Err(Problem::new(Code::EventChanged))
}
