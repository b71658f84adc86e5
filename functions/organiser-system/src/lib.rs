//! The simulated organiser system: agrees to holds, or does not.

use contracts::keys::chance;
use contracts::{BookingId, Code, EventId, Problem, SeatLabel, Timestamp, World};
use lambda::{Answer, Env, Error, Function, Request, http};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

/// What it is called in tokens.
const NAME: &str = "organiser-system";

/// What a hold asks for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the simulation checks the shape and decides by the booking alone")]
struct Hold {
    booking_id: BookingId,
    event_id: EventId,
    seats: Vec<SeatLabel>,
    expires_at: Timestamp,
}

struct OrganiserSystem {
    key: String,
    failure_rate: f64,
}

/// Settings: `ORGANISER_FAILURE_RATE`, `SIMULATION_KEY`. It keeps no table: its answer is a keyed hash of the booking,
/// so that asking twice answers the same.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let (key, failure_rate) = (env.text("SIMULATION_KEY")?, env.rate("ORGANISER_FAILURE_RATE")?);
    let on = Arc::new(OrganiserSystem { key, failure_rate });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<OrganiserSystem>, request: Request) -> Answer {
    http::service(&request, NAME)?;
    if request.method() == "POST" && !http::has_path(&request, "booking_id") {
        let hold: Hold = http::body(&request)?;
        if chance(&on.key, hold.booking_id.uuid().as_bytes()) < on.failure_rate {
            return Err(Problem::new(Code::HoldRefused));
        }
        return http::json(201, &json!({"booking_id": hold.booking_id}));
    }
    let _: BookingId = http::path(&request, "booking_id")?;
    http::no_content()
}
