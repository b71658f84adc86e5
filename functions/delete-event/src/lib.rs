//! See [`function`].

use contracts::EventId;
use lambda::prelude::*;
use ticketing::adapters::{DynamoEvents, SqsClosingQueue};
use ticketing::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::delete(Tag::Events, "/api/events/{id}", "Deletes an event that has no live bookings.")
        .open_to(ORGANISERS)
        .problems(&[Code::HasBookings])
        .served_by(handle)
}

parts! {
    struct DeleteEvent {
        events: DynamoEvents,
        closing: SqsClosingQueue,
        world: Arc<dyn World>,
    }
}

async fn handle(
    on: Arc<DeleteEvent>,
    (caller, Path(id), IfMatch(seen)): (Caller, Path<EventId>, IfMatch),
) -> Result<NoContent, Problem> {
    usecases::delete_event((&on.events, &*on.world), &on.closing, &caller, id, &seen).await.map(|()| NoContent)
}
