//! Handing an event over to another organiser, who takes it over.

use crate::domain::Event;
use crate::ports::Events;
use crate::usecases::own_event::own_event;
use contracts::edit::{Seen, until_done};
use contracts::{Caller, Code, EventId, Problem, UserId, World};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an organiser sends to hand an event over.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    /// The organiser who may take the event over, by the `id` of their profile. Until they do, it stays with its
    /// present organiser; naming that one takes the offer back.
    pub to: UserId,
}

/// Who may take an event over by now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HandedOver {
    /// Nobody, if the offer was taken back. The event's sales report shows it too.
    pub successor_id: Option<UserId>,
}

/// Names who may take an event over. It replaces whom was named before. `seen` is what the caller saw of the event.
pub async fn hand_over_event(
    (events, world): (&dyn Events, &dyn World),
    caller: &Caller,
    id: EventId,
    given: &HandOver,
    seen: &Seen,
) -> Result<Event, Problem> {
    until_done(|| async {
        let event = own_event(events, caller, id, seen).await?;
        if !event.is_open_to_change(world.now()) {
            return Err(Problem::new(Code::EventOver));
        }
        let offered = event.offered_to(given.to);
        Ok(events.update(&event, &offered).await?.then_some(offered))
    })
    .await
}

/// Makes the caller the organiser of an event that was handed over to them. To anybody else there is no such event to
/// take over. Who has it already is answered the same again.
pub async fn take_over_event(
    (events, world): (&dyn Events, &dyn World),
    caller: &Caller,
    id: EventId,
) -> Result<(), Problem> {
    until_done(|| async {
        let event = events.get(id).await?.ok_or_else(Problem::not_found)?;
        if event.organiser_id == caller.id {
            return Ok(Some(()));
        }
        if event.successor_id != Some(caller.id) {
            return Err(Problem::not_found());
        }
        if !event.is_open_to_change(world.now()) {
            return Err(Problem::new(Code::EventOver));
        }
        Ok(events.update(&event, &event.taken_over_by(caller.id)).await?.then_some(()))
    })
    .await
}
