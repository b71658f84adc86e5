//! See [`function`].

use contracts::EventId;
use lambda::prelude::*;
use settings::HomeZone;
use ticketing::adapters::{DynamoEvents, DynamoSeatMaps, HttpCatalogue, PlainHttp, SqsMovingQueue};
use ticketing::domain::EventDraft;
use ticketing::examples;
use ticketing::usecases::{self, ChangedEvent};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::put(Tag::Events, "/api/events/{id}", "Changes what is said of an event.")
        .open_to(ORGANISERS)
        .example(examples::event)
        .problems(&[Code::EventBegun, Code::EventOver])
        .served_by(handle)
}

parts! {
    struct UpdateEvent {
        events: DynamoEvents,
        maps: DynamoSeatMaps,
        catalogue: HttpCatalogue,
        moving: SqsMovingQueue,
        world: Arc<dyn World>,
        home: HomeZone,
        plain_http: PlainHttp,
    }
}

async fn handle(
    on: Arc<UpdateEvent>,
    (caller, Path(id), Json(draft), IfMatch(seen)): (Caller, Path<EventId>, Json<EventDraft>, IfMatch),
) -> Result<Versioned<ChangedEvent>, Problem> {
    let UpdateEvent { events, maps, catalogue, moving, world, home, plain_http } = &*on;
    let home = (&home.0, plain_http.0);
    usecases::update_event((events, catalogue, moving, &**world), &caller, id, draft, home, &seen).await?;
    let event = usecases::get_event(events, maps, id).await?;
    Ok(Versioned { version: event.version, body: ChangedEvent::new(event, world.now()) })
}
