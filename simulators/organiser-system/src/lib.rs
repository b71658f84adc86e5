//! See [`function`].

mod holds;

use contracts::{BookingId, EventId, SeatDetail, SeatLabel, Timestamp};
use holds::{Holds, Outcome};
use lambda::answer::Foreign;
use lambda::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use settings::{Part, Wiring};

/// Its name as the audience of service tokens.
const NAME: &str = "organiser-system";

/// Defines the simulated organiser's system, which knows its seats: it refuses one that another booking holds. It also
/// refuses a share of all holds, decided by a keyed hash of the booking and the time until which it is asked for, so
/// that the same question always gets the same answer.
pub fn function() -> impl Definition {
    let services = ServicesCalling(NAME);
    let holds = Route::post(Tag::Simulators, "/api/organiser-system/holds", "Asks for a hold.").open_to(services);
    let of_booking = "/api/organiser-system/holds/{booking_id}";
    let confirm = "/api/organiser-system/holds/{booking_id}/confirm";
    let confirm = Route::post(Tag::Simulators, confirm, "Makes a hold final.").open_to(services);
    let release = Route::delete(Tag::Simulators, of_booking, "Gives a hold back.").open_to(services);
    Several::new("The simulated organiser's system.")
        .and(holds.problems(&[Code::HoldRefused]).served_by(hold))
        .and(confirm.problems(&[Code::HoldRefused, Code::NotFound]).served_by(make_final))
        .and(release.problems(&[Code::NotFound]).served_by(give_back))
}

/// The body of a request for a hold.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Hold {
    booking_id: BookingId,
    event_id: EventId,
    seats: Vec<SeatLabel>,
    /// The same seats, as they stand on the chairs.
    #[serde(default)]
    #[expect(dead_code, reason = "the simulation checks the shape and knows seats by their labels")]
    seat_details: Vec<SeatDetail>,
    expires_at: Timestamp,
}

struct OrganiserSystem {
    holds: Holds,
    world: Arc<dyn World>,
    key: String,
    failure_rate: f64,
}

impl Part for OrganiserSystem {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        let env = wiring.env();
        let (key, failure_rate) = (env.secret("SIMULATION_KEY")?, env.rate("ORGANISER_FAILURE_RATE")?);
        Ok(Self { holds: Holds::new(wiring.table("ORGANISER_TABLE").await?), world: wiring.world(), key, failure_rate })
    }
}

async fn hold(on: Arc<OrganiserSystem>, (Json(hold),): (Json<Hold>,)) -> Result<Created<Foreign<Value>>, Problem> {
    let question = format!("{} {}", hold.booking_id, hold.expires_at);
    if contracts::keys::chance(&on.key, question.as_bytes()) < on.failure_rate {
        return Err(Problem::new(Code::HoldRefused));
    }
    let asked = (hold.booking_id, hold.event_id, &*hold.seats);
    match on.holds.hold(asked, hold.expires_at, on.world.now()).await? {
        Outcome::Done => Ok(Created(Foreign::of(json!({"booking_id": hold.booking_id})))),
        Outcome::Unknown | Outcome::Taken => Err(Problem::new(Code::HoldRefused)),
    }
}

async fn make_final(on: Arc<OrganiserSystem>, (Path(booking),): (Path<BookingId>,)) -> Result<NoContent, Problem> {
    done(on.holds.confirm(booking, on.world.now()).await?)
}

async fn give_back(on: Arc<OrganiserSystem>, (Path(booking),): (Path<BookingId>,)) -> Result<NoContent, Problem> {
    done(on.holds.release(booking, on.world.now()).await?)
}

fn done(outcome: Outcome) -> Result<NoContent, Problem> {
    match outcome {
        Outcome::Done => Ok(NoContent),
        Outcome::Unknown => Err(Problem::not_found()),
        Outcome::Taken => Err(Problem::new(Code::HoldRefused)),
    }
}
