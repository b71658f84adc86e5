use crate::domain::Event;
use crate::ports::Events;
use crate::usecases::own_event::own_event;
use contracts::edit::Seen;
use contracts::{Caller, EventId, Problem};

/// An event of the caller's own, with what only its organiser sees of it.
pub async fn get_event_draft(events: &dyn Events, caller: &Caller, id: EventId) -> Result<Event, Problem> {
    own_event(events, caller, id, &Seen::Any).await
}
