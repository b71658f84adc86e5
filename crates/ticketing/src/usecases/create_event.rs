use crate::domain::{Event, EventDraft};
use crate::ports::Events;
use contracts::{EventId, Problem, UserId, World};

/// Puts an event up, still without seats. `plain_http` allows an organiser's system without TLS, for development.
pub async fn create_event(
    events: &dyn Events,
    world: &dyn World,
    organiser: UserId,
    draft: EventDraft,
    plain_http: bool,
) -> Result<Event, Problem> {
    let event = draft.check(EventId::new(world.new_id()), organiser, world.now(), plain_http)?;
    events.insert(&event).await?;
    Ok(event)
}
