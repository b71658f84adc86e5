//! See [`function`].

use contracts::{EventId, IdempotencyKey};
use lambda::prelude::*;
use serde_json::{Value, json};
use ticketing::adapters::DynamoEvents;
use ticketing::domain::NewSeats;
use ticketing::usecases::{self, AddedSeats};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::Seats, "/api/events/{id}/seats", "Puts seats on sale: labels, or rows.")
        .open_to(ORGANISERS)
        .example(example)
        .problems(&[Code::SeatExists, Code::SectionPrice, Code::EventOver, Code::IdempotencyKeyReused])
        .served_by(handle)
}

fn example() -> Value {
    json!({"section": "REGULAR", "rows": "A-C:1-10", "price": {"amount": 5_000_000, "currency": "IDR"}})
}

parts! {
    struct AddSeats {
        events: DynamoEvents,
        world: Arc<dyn World>,
    }
}

async fn handle(
    on: Arc<AddSeats>,
    (caller, Path(id), Json(asked), key): (Caller, Path<EventId>, Json<NewSeats>, Option<IdempotencyKey>),
) -> Result<Created<Json<AddedSeats>>, Problem> {
    let added = usecases::add_seats(&on.events, &*on.world, &caller, id, &asked, key.as_ref()).await?;
    Ok(Created(Json(added)))
}
