//! See [`function`].

use contracts::EventId;
use lambda::prelude::*;
use ticketing::adapters::{CachedEvents, CachedSeatMaps};
use ticketing::usecases::{self, EventView};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::Events, "/api/events/{id}", "One event, with its free seats.")
        .open_to(Everybody)
        // Caches may answer with numbers of free seats that are up to one second old.
        .cached("public, max-age=1")
        .served_by(handle)
}

parts! {
    struct GetEvent {
        events: CachedEvents,
        maps: CachedSeatMaps,
    }
}

async fn handle(on: Arc<GetEvent>, (Path(id),): (Path<EventId>,)) -> Result<Versioned<EventView>, Problem> {
    let event = usecases::show_event(&on.events, &on.maps, id).await?;
    Ok(Versioned { version: event.version, body: event })
}
