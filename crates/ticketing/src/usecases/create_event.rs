//! Creating an event, and the check that the movie it names exists, which `update_event` shares.

use crate::domain::{Event, EventDraft};
use crate::ports::{Catalogue, Events};
use contracts::idempotency::Kept;
use contracts::{Caller, EventId, IdempotencyKey, MovieId, Problem, TimeZone, World, idempotency};
use uuid::Uuid;

/// The namespace of event ids that are derived from a caller and their idempotency key.
const NAMESPACE: Uuid = Uuid::from_u128(0x6b61_7263_6973_4b42_8f6f_6b69_6e67_0002);

/// Creates an event, still without seats. `home` is the zone of an event that names none. `plain_http` allows an
/// organiser's system without TLS, for development. With an idempotency key, the same request of the same caller
/// answers the event that was made first.
pub async fn create_event(
    events: &dyn Events,
    catalogue: &dyn Catalogue,
    world: &dyn World,
    caller: &Caller,
    draft: EventDraft,
    (home, plain_http): (&TimeZone, bool),
    key: Option<&IdempotencyKey>,
) -> Result<Event, Problem> {
    let id = match key {
        Some(key) => key.id(&NAMESPACE, caller.id),
        None => world.new_id(),
    };
    let mut event = draft.check(EventId::new(id), caller.id, world.now(), plain_http)?;
    event.time_zone.get_or_insert_with(|| home.clone());
    check_movie(catalogue, event.movie_id).await?;
    idempotency::claim(events, (&NAMESPACE, caller.id), key, world.now(), Kept::ForGood).await?;
    if events.insert(&event).await? {
        return Ok(event);
    }
    events.get(event.id).await?.ok_or_else(Problem::not_found)
}

/// Answers 422 if a movie is named that does not exist.
pub(super) async fn check_movie(catalogue: &dyn Catalogue, movie: Option<MovieId>) -> Result<(), Problem> {
    match movie {
        Some(movie) if !catalogue.has_movie(movie).await? => {
            Err(Problem::invalid("movie_id", "There is no such movie."))
        }
        _ => Ok(()),
    }
}
