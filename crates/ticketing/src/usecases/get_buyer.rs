use crate::domain::{Booking, Event, LONGEST_EVENT};
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
    /// How many seats of events that are not over they hold or own.
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
    let mut live_seats = 0;
    for booking in bookings.get_all(&bookings.of_buyer(user_id).await?).await? {
        if is_to_come(events, &booking, now).await? {
            live_seats += booking.seats.len() as u64;
        }
    }
    Ok(BuyerView { user_id, live_seats, runs_events: !events_of(events, user_id, now).await?.is_empty() })
}

/// Is the event of this live booking not over yet?
pub(super) async fn is_to_come(events: &dyn Events, booking: &Booking, now: Timestamp) -> Result<bool, Failure> {
    if now < booking.starts_at {
        return Ok(true);
    }
    if booking.starts_at + LONGEST_EVENT <= now {
        return Ok(false);
    }
    Ok(events.get(booking.event_id).await?.is_some_and(|event| now < event.ends_at()))
}

/// The events of this organiser that are not over.
pub(super) async fn events_of(events: &dyn Events, organiser: UserId, now: Timestamp) -> Result<Vec<Event>, Failure> {
    let from = now - LONGEST_EVENT;
    let which = EventQuery { from, until: None, text: None, city: None, movie: None, organiser: Some(organiser) };
    let mut all = all_events(events, &which).await?;
    all.retain(|event| event.needs_its_organiser(now));
    Ok(all)
}
