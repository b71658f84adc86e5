//! The events that a caller runs, and their seats.

use crate::domain::Event;
use crate::ports::{Events, Seat};
use contracts::edit::{Seen, as_seen};
use contracts::{Caller, EventId, Failure, Problem};
use futures::future::try_join_all;

/// An event that this caller runs; any other event is not found. `seen` is what the caller saw of it.
pub(super) async fn own_event(
    events: &dyn Events,
    caller: &Caller,
    id: EventId,
    seen: &Seen,
) -> Result<Event, Problem> {
    let event = events.get(id).await?.filter(|event| event.is_run_by(caller)).ok_or_else(Problem::not_found)?;
    as_seen(event, seen)
}

/// All seats on an event's plan, in their present state.
pub(super) async fn seats(events: &dyn Events, event: &Event) -> Result<Vec<Seat>, Failure> {
    let layout = events.layout(event).await?;
    let blocks = layout.blocks.iter().map(|block| async {
        let seats = events.seats(event.id, block).await?;
        Ok::<_, Failure>(seats.into_iter().filter(|seat| !block.withdrawn.contains(&seat.label)).collect::<Vec<_>>())
    });
    Ok(try_join_all(blocks).await?.into_iter().flatten().collect())
}
