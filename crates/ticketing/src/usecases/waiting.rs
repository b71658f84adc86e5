//! Waiting for a seat that is taken: joining its line, leaving it, and seeing one's places.

use crate::domain::{BookedSeat, SeatStatus, Waiter, Waiting};
use crate::ports::{Bookings, Events, Joined, Lines, Plans};
use contracts::{BookingStatus, Caller, Code, EventId, Problem, SeatLabel, Timestamp, UserId, World};
use futures::future::try_join_all;
use schemars::JsonSchema;
use serde::Serialize;

/// How often to begin anew when the seat changes hands at the same moment.
const TRIES: u32 = 6;

/// One's place in a line.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlaceView {
    /// 1 is first.
    pub position: u64,
}

/// One's place in the line of a seat.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WaitingView {
    /// The event.
    pub event_id: EventId,
    /// Its title.
    pub event_title: String,
    /// The seat.
    pub seat: SeatLabel,
    /// 1 is first.
    pub position: u64,
    /// When one joined.
    pub joined_at: Timestamp,
}

/// Joins the line of a seat at its end; who stands there already keeps their place.
pub async fn join_waiting_list(
    plans: &dyn Plans,
    events: &dyn Events,
    bookings: &dyn Bookings,
    lines: &dyn Lines,
    world: &dyn World,
    caller: &Caller,
    (event_id, label): (EventId, SeatLabel),
) -> Result<PlaceView, Problem> {
    let (title, place) = planned(plans, event_id, &label, world.now()).await?;
    for attempt in 0..TRIES {
        let seat = events.seat(event_id, &place.block, &label).await?.ok_or_else(Problem::not_found)?;
        if matches!(seat.status, SeatStatus::Open | SeatStatus::Withdrawn) {
            return Err(Problem::new(if seat.status == SeatStatus::Open { Code::SeatOpen } else { Code::NotFound }));
        }
        if let Some(owner) = seat.booking {
            let owner = bookings.get(owner).await?.filter(|owner| owner.user_id == caller.id);
            if owner.is_some_and(|owner| owner.status != BookingStatus::Refunding) {
                // Whoever looks again had wished for it: somebody put them into the line, and it was offered to them.
                return if attempt == 0 { Err(Problem::new(Code::OwnSeat)) } else { Ok(PlaceView { position: 1 }) };
            }
        }
        let joined_at = world.now();
        // The place is given by the line itself.
        let who = Waiter { place: 0, user_id: caller.id, user_name: caller.name.clone(), joined_at };
        let new = Waiting {
            event_id,
            event_title: title.clone(),
            seat: label.clone(),
            block: place.block.clone(),
            place: 0,
            joined_at,
        };
        let position = match lines.join(world, &new, &who).await? {
            Joined::At(at) => lines.position(event_id, &label, at).await?,
            Joined::Served => None,
            Joined::SeatMoved => continue,
        };
        // Nobody there any more: the seat was offered just now, which is as good as first.
        return Ok(PlaceView { position: position.unwrap_or(1) });
    }
    Err(Problem::new(Code::Unavailable))
}

/// The event's title and where the seat is, if the event sells: nobody waits for what is over.
async fn planned(
    plans: &dyn Plans,
    event_id: EventId,
    label: &SeatLabel,
    now: Timestamp,
) -> Result<(String, BookedSeat), Problem> {
    for fresh in [false, true] {
        let Some(plan) = plans.plan(event_id, fresh).await? else { continue };
        let Some(seat) = plan.1.seat(label) else { continue };
        if plan.0.is_on_sale(now) {
            return Ok((plan.0.title.clone(), seat));
        }
        if fresh {
            return Err(Problem::new(Code::NotOnSale));
        }
    }
    Err(Problem::not_found())
}

/// Leaves the line of a seat, whether one stands in it or not.
pub async fn leave_waiting_list(
    plans: &dyn Plans,
    lines: &dyn Lines,
    user: UserId,
    (event_id, label): (EventId, SeatLabel),
) -> Result<(), Problem> {
    let plan = plans.plan(event_id, false).await?.ok_or_else(Problem::not_found)?;
    if plan.1.seat(&label).is_none() {
        return Err(Problem::not_found());
    }
    Ok(lines.leave(user, event_id, &label).await?)
}

/// A page of the lines that a user stands in, newest first, and the cursor of the next.
pub async fn list_waiting(
    lines: &dyn Lines,
    user: UserId,
    limit: i32,
    cursor: Option<&str>,
) -> Result<(Vec<WaitingView>, Option<String>), Problem> {
    let place = |waiting: &Waiting| format!("{}~{}~{}", waiting.joined_at, waiting.event_id, waiting.seat);
    let ours = |cursor: &str| {
        let mut parts = cursor.splitn(3, '~');
        parts.next().is_some_and(|part| part.parse::<Timestamp>().is_ok())
            && parts.next().is_some_and(|part| part.parse::<EventId>().is_ok())
            && parts.next().is_some_and(|part| part.parse::<SeatLabel>().is_ok())
    };
    if cursor.is_some_and(|cursor| !ours(cursor)) {
        return Err(Problem::invalid("cursor", "Not a cursor that a page before this one answered."));
    }
    let mut all = lines.of_user(user).await?;
    all.sort_by_key(|waiting| std::cmp::Reverse(place(waiting)));
    all.retain(|waiting| cursor.is_none_or(|cursor| *place(waiting) < *cursor));
    let more = all.len() > usize::try_from(limit).unwrap_or(0);
    all.truncate(usize::try_from(limit).unwrap_or(0));
    let next = all.last().filter(|_| more).map(place);
    let all = all.into_iter().map(|waiting| async move {
        let position = lines.position(waiting.event_id, &waiting.seat, waiting.place).await?;
        Ok::<_, Problem>(position.map(|position| WaitingView {
            event_id: waiting.event_id,
            event_title: waiting.event_title,
            seat: waiting.seat,
            position,
            joined_at: waiting.joined_at,
        }))
    });
    Ok((try_join_all(all).await?.into_iter().flatten().collect(), next))
}
