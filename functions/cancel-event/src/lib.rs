//! See [`function`].

use contracts::EventId;
use lambda::prelude::*;
use ticketing::adapters::{DynamoEvents, DynamoSeatMaps, SqsClosingQueue};
use ticketing::usecases::{self, EventView};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::Events, "/api/events/{id}/cancel", "Cancels an event and pays every booking back.")
        .open_to(ORGANISERS)
        .problems(&[Code::EventOver])
        .served_by(handle)
}

parts! {
    struct CancelEvent {
        events: DynamoEvents,
        maps: DynamoSeatMaps,
        closing: SqsClosingQueue,
        world: Arc<dyn World>,
    }
}

async fn handle(
    on: Arc<CancelEvent>,
    (caller, Path(id), IfMatch(seen)): (Caller, Path<EventId>, IfMatch),
) -> Result<Versioned<EventView>, Problem> {
    usecases::cancel_event((&on.events, &*on.world), &on.closing, &caller, id, &seen).await?;
    let view = usecases::get_event(&on.events, &on.maps, id).await?;
    Ok(Versioned { version: view.version, body: view })
}
