//! See [`function`].

use contracts::IdempotencyKey;
use lambda::prelude::*;
use settings::HomeZone;
use ticketing::adapters::{DynamoEvents, HttpCatalogue, PlainHttp};
use ticketing::domain::EventDraft;
use ticketing::examples;
use ticketing::usecases::{self, EventView};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::Events, "/api/events", "Puts an event up.")
        .open_to(ORGANISERS)
        .example(examples::event)
        .problems(&[Code::NotFound, Code::IdempotencyKeyReused])
        .served_by(handle)
}

parts! {
    struct CreateEvent {
        events: DynamoEvents,
        catalogue: HttpCatalogue,
        world: Arc<dyn World>,
        home: HomeZone,
        plain_http: PlainHttp,
    }
}

async fn handle(
    on: Arc<CreateEvent>,
    (caller, Json(draft), key): (Caller, Json<EventDraft>, Option<IdempotencyKey>),
) -> Result<Created<Versioned<EventView>>, Problem> {
    let CreateEvent { events, catalogue, world, home, plain_http } = &*on;
    let event =
        usecases::create_event(events, catalogue, &**world, &caller, draft, (&home.0, plain_http.0), key.as_ref())
            .await?;
    Ok(Created(Versioned { version: event.version, body: EventView::new(&event, &[]) }))
}
