//! Changing the details of an event that is still scheduled and not over.

use crate::domain::{EventDraft, Occasion};
use crate::ports::{Catalogue, Events, MovingQueue, in_force};
use crate::usecases::create_event::check_movie;
use crate::usecases::get_event::EventView;
use crate::usecases::move_bookings::have_moved;
use crate::usecases::own_event::own_event;
use contracts::edit::{Seen, until_done};
use contracts::{Caller, Code, EventId, Problem, TimeZone, Timestamp, World};
use schemars::JsonSchema;
use serde::Serialize;

/// An event that was changed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChangedEvent {
    /// The event as it is now.
    #[serde(flatten)]
    pub event: EventView,
    /// From when on everything is sold by what the event says now. What was booked before that may have been sold by
    /// what it said until now; if it was moved, its buyer is told, and may have the money back.
    pub effective_at: Timestamp,
}

impl ChangedEvent {
    /// The event as it was read after the change, and when it is in force. `now` is later than that.
    pub fn new(event: EventView, now: Timestamp) -> Self {
        Self { event, effective_at: in_force(now) }
    }
}

/// Changes the details of an event, but not its seats. `seen` is what the caller saw of it.
///
/// If its time or place changes, its bookings are moved with it; an event that has begun stays where and when it is. An
/// event that names no zone keeps the one that it has, or gets `home`. `plain_http` allows an organiser's system
/// without TLS, for development.
pub async fn update_event(
    (events, catalogue, moving, world): (&dyn Events, &dyn Catalogue, &dyn MovingQueue, &dyn World),
    caller: &Caller,
    id: EventId,
    draft: EventDraft,
    (home, plain_http): (&TimeZone, bool),
    seen: &Seen,
) -> Result<(), Problem> {
    let draft = draft.check(id, caller.id, world.now(), plain_http)?;
    until_done(|| async {
        let before = own_event(events, caller, id, seen).await?;
        if !before.is_open_to_change(world.now()) {
            return Err(Problem::new(Code::EventOver));
        }
        if before.movie_id != draft.movie_id {
            check_movie(catalogue, draft.movie_id).await?;
        }
        let mut after = before.redrawn(draft.clone());
        // A client that knows no zones must not move the event to another one.
        after.time_zone = after.time_zone.or_else(|| before.time_zone.clone()).or_else(|| Some(home.clone()));
        let (was, is) = (before.occasion(), after.occasion());
        if was.is_moved(&is) && before.starts_at <= world.now() {
            return Err(Problem::new(Code::EventBegun));
        }
        // Also for what moves nothing by itself: a city taken away may come back as another.
        if was != (Occasion { title: was.title.clone(), ..is }) {
            have_moved(moving, id).await?;
        }
        Ok(events.update(&before, &after).await?.then_some(()))
    })
    .await
}
