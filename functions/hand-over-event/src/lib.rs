//! See [`function`].

use contracts::EventId;
use lambda::prelude::*;
use serde_json::{Value, json};
use ticketing::adapters::DynamoEvents;
use ticketing::usecases::{self, HandOver, HandedOver};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::Events, "/api/events/{id}/hand-over", "Names the organiser who may take an event over.")
        .open_to(ORGANISERS)
        .example(example)
        .problems(&[Code::EventOver])
        .served_by(handle)
}

fn example() -> Value {
    json!({"to": "01a1fc00-0000-7000-8000-000000000b0c"})
}

parts! {
    struct HandOverEvent {
        events: DynamoEvents,
        world: Arc<dyn World>,
    }
}

async fn handle(
    on: Arc<HandOverEvent>,
    (caller, Path(id), IfMatch(seen), Json(given)): (Caller, Path<EventId>, IfMatch, Json<HandOver>),
) -> Result<Versioned<HandedOver>, Problem> {
    let event = usecases::hand_over_event((&on.events, &*on.world), &caller, id, &given, &seen).await?;
    Ok(Versioned { version: event.version, body: HandedOver { successor_id: event.successor_id } })
}
