//! See [`function`].

use contracts::{EventId, SeatLabel};
use lambda::prelude::*;
use ticketing::adapters::DynamoEvents;
use ticketing::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::delete(Tag::Seats, "/api/events/{id}/seats/{label}", "Takes an open seat off the plan.")
        .open_to(ORGANISERS)
        .problems(&[Code::SeatNotOpen, Code::EventOver])
        .served_by(handle)
}

parts! {
    struct DeleteSeat {
        events: DynamoEvents,
        world: Arc<dyn World>,
    }
}

async fn handle(
    on: Arc<DeleteSeat>,
    (caller, Path(Both(id, label)), IfMatch(seen)): (Caller, Path<Both<EventId, SeatLabel>>, IfMatch),
) -> Result<NoContent, Problem> {
    usecases::delete_seat((&on.events, &*on.world), &caller, (id, label), &seen).await.map(|()| NoContent)
}
