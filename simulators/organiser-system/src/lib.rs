//! See [`function`].

use contracts::keys::chance;
use contracts::{BookingId, EventId, SeatDetail, SeatLabel, Timestamp};
use lambda::answer::Foreign;
use lambda::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use settings::{Part, Wiring};

/// Its name as the audience of service tokens.
const NAME: &str = "organiser-system";

/// Defines the simulated organiser's system, which accepts or refuses holds. It keeps no table: a keyed hash of the
/// booking's id decides, so the same question always gets the same answer.
pub fn function() -> impl Definition {
    let services = ServicesCalling(NAME);
    let holds = Route::post(Tag::Simulators, "/api/organiser-system/holds", "Asks for a hold.").open_to(services);
    let of_booking = "/api/organiser-system/holds/{booking_id}";
    let confirm = "/api/organiser-system/holds/{booking_id}/confirm";
    Several::new("The simulated organiser's system.")
        .and(holds.problems(&[Code::HoldRefused]).served_by(hold))
        .and(Route::post(Tag::Simulators, confirm, "Makes a hold final.").open_to(services).served_by(done))
        .and(Route::delete(Tag::Simulators, of_booking, "Gives a hold back.").open_to(services).served_by(done))
}

/// The body of a request for a hold.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the simulation checks the shape and decides by the booking alone")]
struct Hold {
    booking_id: BookingId,
    event_id: EventId,
    seats: Vec<SeatLabel>,
    /// The same seats, as they stand on the chairs.
    #[serde(default)]
    seat_details: Vec<SeatDetail>,
    expires_at: Timestamp,
}

struct OrganiserSystem {
    key: String,
    failure_rate: f64,
}

impl Part for OrganiserSystem {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        let env = wiring.env();
        Ok(Self { key: env.text("SIMULATION_KEY")?, failure_rate: env.rate("ORGANISER_FAILURE_RATE")? })
    }
}

async fn hold(on: Arc<OrganiserSystem>, (Json(hold),): (Json<Hold>,)) -> Result<Created<Foreign<Value>>, Problem> {
    if chance(&on.key, hold.booking_id.uuid().as_bytes()) < on.failure_rate {
        return Err(Problem::new(Code::HoldRefused));
    }
    Ok(Created(Foreign::of(json!({"booking_id": hold.booking_id}))))
}

async fn done(_: Arc<()>, (Path(_),): (Path<BookingId>,)) -> Result<NoContent, Problem> {
    Ok(NoContent)
}
