use crate::domain::LONGEST_EVENT;
use crate::ports::{Bookings, EventQuery, Events};
use crate::usecases::reconcile::all_events;
use contracts::{Failure, Problem, Timestamp, UserId, World};
use schemars::JsonSchema;
use serde::Serialize;

/// What accounts may know of a user before it erases them.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BuyerView {
    /// The user.
    pub user_id: UserId,
    /// How many seats of future events they hold or own.
    pub live_seats: u64,
    /// Do they run events that are not over?
    pub runs_events: bool,
}

/// What keeps a user's account from being erased: the seats that they hold or own, and the events that they run.
pub async fn get_buyer(
    events: &dyn Events,
    bookings: &dyn Bookings,
    world: &dyn World,
    user_id: UserId,
) -> Result<BuyerView, Problem> {
    let now = world.now();
    let live_seats = bookings.live_seats(user_id, now).await?;
    Ok(BuyerView { user_id, live_seats, runs_events: runs_events(events, user_id, now).await? })
}

async fn runs_events(events: &dyn Events, organiser: UserId, now: Timestamp) -> Result<bool, Failure> {
    let from = now - LONGEST_EVENT;
    let which = EventQuery { from, until: None, text: None, city: None, movie: None, organiser: Some(organiser) };
    let all = all_events(events, &which).await?;
    Ok(all.iter().any(|event| event.needs_its_organiser(now)))
}
