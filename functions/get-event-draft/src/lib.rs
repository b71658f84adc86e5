//! See [`function`].

use contracts::EventId;
use lambda::prelude::*;
use ticketing::adapters::DynamoEvents;
use ticketing::domain::EventDraft;
use ticketing::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    let does = "An event as its organiser wrote it: what a PUT takes, so that a PUT of it changes nothing.";
    Route::get(Tag::Events, "/api/events/{id}/draft", does).open_to(ORGANISERS).served_by(handle)
}

async fn handle(
    on: Arc<DynamoEvents>,
    (caller, Path(id)): (Caller, Path<EventId>),
) -> Result<Versioned<EventDraft>, Problem> {
    let event = usecases::get_event_draft(&*on, &caller, id).await?;
    Ok(Versioned { version: event.version, body: EventDraft::of(&event) })
}
