//! See [`function`].

use contracts::{MovieId, Page, PageRequest, SearchText, Timestamp};
use lambda::prelude::*;
use ticketing::adapters::{CachedEvents, CachedSeatMaps};
use ticketing::ports::EventQuery;
use ticketing::usecases::{self, EventView};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::Events, "/api/events", "Events to come, soonest first.")
        .open_to(Everybody)
        // Caches may answer with numbers of free seats that are up to one second old.
        .cached("public, max-age=1")
        .served_by(handle)
}

lambda::query! {
    struct Asked {
        /// Only events that start at this time or later; now if not given.
        from: Timestamp,
        /// Only events that start before this time.
        to: Timestamp,
        /// A part of the title, of the venue, or of the city.
        q: SearchText,
        /// Only events in this city, as they write it.
        city: SearchText,
        /// Only screenings of this movie.
        movie_id: MovieId,
    }
}

parts! {
    struct ListEvents {
        events: CachedEvents,
        maps: CachedSeatMaps,
        world: Arc<dyn World>,
    }
}

async fn handle(
    on: Arc<ListEvents>,
    (Query(which), asked): (Query<Asked>, PageRequest),
) -> Result<Page<EventView>, Problem> {
    let which = EventQuery {
        // Whoever asks in the same second asks for the same.
        from: which.from.unwrap_or_else(|| Timestamp::from_millis(on.world.now().seconds() * 1_000)),
        until: which.to,
        text: which.q.map(|text| text.folded()),
        city: which.city.map(|city| city.as_str().to_owned()),
        movie: which.movie_id,
        organiser: None,
    };
    usecases::list_events(&on.events, &on.maps, &which, &asked).await
}
