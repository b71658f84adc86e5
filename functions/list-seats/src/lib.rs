//! See [`function`].

use contracts::EventId;
use lambda::prelude::*;
use ticketing::adapters::{CachedPlans, DynamoSeatMaps};
use ticketing::usecases::list_seats::View;
use ticketing::usecases::{self, SeatMapView};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::Seats, "/api/events/{id}/seats", "Where each seat stands.").open_to(Everybody).served_by(handle)
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
        maps: DynamoSeatMaps,
    }
}

async fn handle(
    on: Arc<ListSeats>,
    (Path(id), Query(asked)): (Path<EventId>, Query<Asked>),
) -> Result<Json<SeatMapView>, Problem> {
    usecases::list_seats(&on.plans, &on.maps, id, asked.view).await.map(Json)
}
