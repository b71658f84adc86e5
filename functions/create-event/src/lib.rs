//! See [`function`].

use contracts::IdempotencyKey;
use lambda::prelude::*;
use serde_json::{Value, json};
use ticketing::adapters::{DynamoEvents, HttpCatalogue, PlainHttp};
use ticketing::domain::EventDraft;
use ticketing::usecases::{self, EventView};

/// What it is.
pub fn function() -> impl Definition {
    Route::post(Tag::Events, "/api/events", "Puts an event up.")
        .open_to(ORGANISERS)
        .example(example)
        .problems(&[Code::NotFound])
        .served_by(handle)
}

fn example() -> Value {
    json!({"title": "Malam Akustik", "kind": "CONCERT", "venue": "Istora Senayan", "starts_at": "2030-01-01T12:00:00Z",
        "max_seats_per_user": 6})
}

parts! {
    struct CreateEvent {
        events: DynamoEvents,
        catalogue: HttpCatalogue,
        world: Arc<dyn World>,
        plain_http: PlainHttp,
    }
}

async fn handle(
    on: Arc<CreateEvent>,
    (caller, Json(draft), key): (Caller, Json<EventDraft>, Option<IdempotencyKey>),
) -> Result<Created<Versioned<EventView>>, Problem> {
    let CreateEvent { events, catalogue, world, plain_http } = &*on;
    let key = key.as_ref().map(|key| key.key.as_str());
    let event = usecases::create_event(events, catalogue, &**world, &caller, draft, plain_http.0, key).await?;
    Ok(Created(Versioned { version: event.version, body: EventView::new(&event, &[]) }))
}
