//! See [`function`].

use contracts::{EventId, SeatLabel};
use lambda::prelude::*;
use serde_json::{Value, json};
use ticketing::adapters::DynamoEvents;
use ticketing::usecases::{self, EditedSeat, SeatChanges};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::patch(
        Tag::Seats,
        "/api/events/{id}/seats/{label}",
        "Changes an open seat: its price, its marks, or the aisle behind it.",
    )
    .open_to(ORGANISERS)
    .example(example)
    .problems(&[Code::SeatNotOpen, Code::EventOver])
    .served_by(handle)
}

fn example() -> Value {
    json!({"price": {"amount": 5_000_000, "currency": "IDR"}})
}

parts! {
    struct UpdateSeat {
        events: DynamoEvents,
        world: Arc<dyn World>,
    }
}

type Asked = (Caller, Path<Both<EventId, SeatLabel>>, Json<SeatChanges>, IfMatch);

async fn handle(
    on: Arc<UpdateSeat>,
    (caller, Path(Both(id, label)), Json(changes), IfMatch(seen)): Asked,
) -> Result<Versioned<EditedSeat>, Problem> {
    let seat = usecases::update_seat((&on.events, &*on.world), &caller, (id, label), &changes, &seen).await?;
    Ok(Versioned { version: seat.version, body: seat })
}
