//! See [`function`].

use contracts::EventId;
use lambda::prelude::*;
use ticketing::adapters::{CachedPlans, CachedSeatMaps};
use ticketing::usecases::list_seats::View;
use ticketing::usecases::{self, SeatMapView};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::Seats, "/api/events/{id}/seats", "Where each seat stands.")
        .open_to(Everybody)
        // The ETag is the map's version. A page that asks every second learns cheaply that nothing changed.
        .cached("public, max-age=1")
        .served_by(handle)
}

lambda::query! {
    struct Asked {
        /// How the seat map is written; in full if not given.
        view: View,
    }
}

parts! {
    struct ListSeats {
        plans: CachedPlans,
        maps: CachedSeatMaps,
    }
}

async fn handle(
    on: Arc<ListSeats>,
    (Path(id), Query(asked)): (Path<EventId>, Query<Asked>),
) -> Result<Tagged<SeatMapView>, Problem> {
    let map = usecases::list_seats(&on.plans, &on.maps, id, asked.view).await?;
    Ok(Tagged { tag: map.version().to_string(), body: map })
}
