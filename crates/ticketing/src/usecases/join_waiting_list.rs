//! Joining the line of a seat that is taken.

use crate::domain::{BookedSeat, SeatStatus, Waiter, Waiting};
use crate::ports::{A_MOMENT, Bookings, Events, Joined, Lines, PLAN_LIFE, Plans};
use contracts::{BookingStatus, Caller, Code, EventId, Problem, SeatLabel, Timestamp, World};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// How many attempts a request gets when the seat changes hands at the same moment.
const TRIES: u32 = 6;

/// The user's place in a line.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlaceView {
    /// 1 is first.
    pub position: u64,
}

/// What joining a line needs.
pub struct JoinWaitingList {
    /// Events and layouts, a few seconds old.
    pub plans: Arc<dyn Plans>,
    /// The store of events.
    pub events: Arc<dyn Events>,
    /// The store of bookings.
    pub bookings: Arc<dyn Bookings>,
    /// The lines.
    pub lines: Arc<dyn Lines>,
    /// The clock.
    pub world: Arc<dyn World>,
    /// How many lines of one event a user may stand in.
    pub lines_of_event: usize,
}

/// Joins the line of a seat at its end. A user who is already in it keeps their place. Whoever waits is told by mail,
/// so the address must be theirs.
pub async fn join_waiting_list(
    on: &JoinWaitingList,
    caller: &Caller,
    (event_id, label): (EventId, SeatLabel),
) -> Result<PlaceView, Problem> {
    if !caller.email_confirmed {
        return Err(Problem::new(Code::EmailNotConfirmed));
    }
    let JoinWaitingList { plans, events, bookings, lines, world, lines_of_event } = on;
    let (title, place) = planned(&**plans, event_id, &label, world.now()).await?;
    let standing = lines.of_user(caller.id).await?;
    let others = standing.iter().filter(|one| one.event_id == event_id && one.seat != label).count();
    if others >= *lines_of_event {
        return Err(Problem::new(Code::TooManyLines).with("lines_per_event", lines_of_event));
    }
    for attempt in 0..TRIES {
        let seat = events.seat(event_id, &place.block, &label).await?.ok_or_else(Problem::not_found)?;
        match seat.status {
            // It is owed to its line, and is about to be offered.
            SeatStatus::Open if seat.waiters > 0 => return Err(Problem::new(Code::Unavailable)),
            SeatStatus::Open => return Err(Problem::new(Code::SeatOpen)),
            SeatStatus::Withdrawn => return Err(Problem::not_found()),
            SeatStatus::OnGoing | SeatStatus::Booked => {}
        }
        if let Some(owner) = seat.booking {
            let owner = bookings.get(owner).await?.filter(|owner| owner.user_id == caller.id);
            if owner.is_some_and(|owner| owner.status != BookingStatus::Refunding) {
                // After the first attempt, the user has a wish: another request put them in line, and the seat was
                // offered to them.
                return if attempt == 0 { Err(Problem::new(Code::OwnSeat)) } else { Ok(PlaceView { position: 1 }) };
            }
        }
        let joined_at = world.now();
        // The line itself assigns the place.
        let who = Waiter {
            place: 0,
            user_id: caller.id,
            user_name: caller.name.clone(),
            name_version: caller.name_version,
            joined_at,
        };
        let new = Waiting {
            event_id,
            event_title: title.clone(),
            seat: label.clone(),
            block: place.block.clone(),
            place: 0,
            joined_at,
        };
        let position = match lines.join(&**world, &new, &who).await? {
            Joined::At(at) => lines.position(event_id, &label, at).await?,
            Joined::Served => None,
            Joined::SeatMoved => continue,
        };
        // Nobody has that place any more: the seat was just offered to the user, which is as good as first.
        return Ok(PlaceView { position: position.unwrap_or(1) });
    }
    Err(Problem::new(Code::Unavailable))
}

/// The event's title and the seat in its layout, if the event is on sale. Nobody can wait once the sale is over.
async fn planned(
    plans: &dyn Plans,
    event_id: EventId,
    label: &SeatLabel,
    now: Timestamp,
) -> Result<(String, BookedSeat), Problem> {
    for age in [PLAN_LIFE, A_MOMENT] {
        let Some(plan) = plans.plan(event_id, age).await? else { continue };
        let Some(seat) = plan.layout.seat(label) else { continue };
        if plan.event.is_on_sale(now) {
            return Ok((plan.event.title.clone(), seat));
        }
        if age == A_MOMENT {
            return Err(Problem::new(Code::NotOnSale));
        }
    }
    Err(Problem::not_found())
}
