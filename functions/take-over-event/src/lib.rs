//! See [`function`].

use contracts::EventId;
use lambda::prelude::*;
use ticketing::adapters::DynamoEvents;
use ticketing::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    let does = "Makes the caller the organiser of an event that was handed over to them.";
    Route::post(Tag::Events, "/api/events/{id}/take-over", does)
        .open_to(ORGANISERS)
        .problems(&[Code::EventOver])
        .served_by(handle)
}

parts! {
    struct TakeOverEvent {
        events: DynamoEvents,
        world: Arc<dyn World>,
    }
}

async fn handle(on: Arc<TakeOverEvent>, (caller, Path(id)): (Caller, Path<EventId>)) -> Result<NoContent, Problem> {
    usecases::take_over_event((&on.events, &*on.world), &caller, id).await.map(|()| NoContent)
}
