//! Adding seats to an event, which puts them on sale.

use crate::domain::{Labelled, NewSeats, SectionSummary, Wanted};
use crate::ports::Events;
use crate::usecases::own_event::own_event;
use contracts::edit::{Seen, until_done};
use contracts::idempotency::Kept;
use contracts::{Caller, Code, EventId, IdempotencyKey, Problem, SeatPrefix, World, idempotency};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

/// What an event has after seats were added.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AddedSeats {
    /// The event.
    pub event_id: EventId,
    /// The layout's version.
    pub layout: u64,
    /// What stands before row and number in the labels of these seats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<SeatPrefix>,
    /// All sections.
    pub sections: Vec<SectionSummary>,
}

/// The namespace of idempotency keys of seats.
const NAMESPACE: Uuid = Uuid::from_u128(0x6b61_7263_6973_4b42_8f6f_6b69_6e67_0007);

/// Adds seats to an event of the caller's own: all of them, on sale once this answers, or none. If they are all there
/// already, in this section at this price, the caller asked twice, and gets the same answer.
pub async fn add_seats(
    events: &dyn Events,
    world: &dyn World,
    caller: &Caller,
    id: EventId,
    asked: &NewSeats,
    key: Option<&IdempotencyKey>,
) -> Result<AddedSeats, Problem> {
    let (seats, features) = (asked.expand()?, asked.features());
    until_done(|| async {
        let event = own_event(events, caller, id, &Seen::Any).await?;
        if !event.is_open_to_change(world.now()) {
            return Err(Problem::new(Code::EventOver));
        }
        let layout = events.layout(&event).await?;
        let new = match layout.wanted(&asked.section, asked.price, &seats)? {
            Wanted::New(new) => new,
            Wanted::There(there) if !layout.stands_as(&features, &there) => {
                let advice = "They have other aisles or marks: PATCH a seat to change its marks.";
                return Err(Problem::new(Code::SeatExists).detail(advice));
            }
            Wanted::There(Labelled { prefix, .. }) => {
                idempotency::claim(events, (&NAMESPACE, caller.id), key, world.now(), Kept::ForADay).await?;
                let (layout, sections) = (event.layout_version, event.sections);
                return Ok(Some(AddedSeats { event_id: id, layout, prefix, sections }));
            }
        };
        // The last digits of a new version 7 UUID are random.
        let attempt = world.new_id().simple().to_string().split_off(20);
        let (after, blocks) = layout.add(&event, &asked.section, asked.price, &new, &features, &attempt)?;
        idempotency::claim(events, (&NAMESPACE, caller.id), key, world.now(), Kept::ForADay).await?;
        let added = events.add_blocks(&event, &after, &blocks).await?;
        let (layout, prefix, sections) = (after.layout_version, new.prefix, after.sections);
        Ok(added.then_some(AddedSeats { event_id: id, layout, prefix, sections }))
    })
    .await
}
