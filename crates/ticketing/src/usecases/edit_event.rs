//! Events are put up, changed, and taken down.

use crate::domain::{Deletion, Event, EventDraft, EventStatus, SeatStatus};
use crate::ports::{Catalogue, Events, Queues, Seat};
use contracts::idempotency::keyed_id;
use contracts::{Caller, Code, EventId, Failure, MovieId, Problem, World};
use futures::future::try_join_all;
use std::time::Duration;
use uuid::Uuid;

/// The namespace of event ids that are derived from a caller and their idempotency key.
const NAMESPACE: Uuid = Uuid::from_u128(0x6b61_7263_6973_4b42_8f6f_6b69_6e67_0002);

/// How often to begin anew when somebody else changed the event meanwhile.
pub(super) const TRIES: u32 = 4;

/// When a cancelled event is closed although its request broke off behind the write: later than a request takes.
const AFTER_ALL: Duration = Duration::from_secs(15);
/// When a deletion is looked at again that may have broken off: `delete-event` is over by then.
const AFTER_DELETION: Duration = Duration::from_mins(1);

/// Puts an event up, still without seats. `plain_http` allows an organiser's system without TLS, for development. With
/// an idempotency key, the same key of the same caller answers the event made first.
pub async fn create_event(
    events: &dyn Events,
    catalogue: &dyn Catalogue,
    world: &dyn World,
    caller: &Caller,
    draft: EventDraft,
    plain_http: bool,
    key: Option<&str>,
) -> Result<Event, Problem> {
    let id = match key {
        Some(key) => keyed_id(&NAMESPACE, caller.id, key),
        None => world.new_id(),
    };
    let event = draft.check(EventId::new(id), caller.id, world.now(), plain_http)?;
    check_movie(catalogue, event.movie_id).await?;
    if events.insert(&event).await? {
        return Ok(event);
    }
    events.get(event.id).await?.ok_or_else(Problem::not_found)
}

async fn check_movie(catalogue: &dyn Catalogue, movie: Option<MovieId>) -> Result<(), Problem> {
    match movie {
        Some(movie) if !catalogue.has_movie(movie).await? => {
            Err(Problem::invalid("movie_id", "There is no such movie."))
        }
        _ => Ok(()),
    }
}

/// An event that this caller runs, at the version they saw, if they say; else there is none.
pub(super) async fn own_event(
    events: &dyn Events,
    caller: &Caller,
    id: EventId,
    version: Option<u64>,
) -> Result<Event, Problem> {
    let event = events.get(id).await?.filter(|event| event.is_run_by(caller)).ok_or_else(Problem::not_found)?;
    if version.is_some_and(|seen| seen != event.version) {
        return Err(Problem::new(Code::VersionMismatch));
    }
    Ok(event)
}

/// Changes what is said of an event. Bookings made before keep what was said then.
#[expect(clippy::too_many_arguments, reason = "ports, and then what was asked")]
pub async fn update_event(
    events: &dyn Events,
    catalogue: &dyn Catalogue,
    world: &dyn World,
    caller: &Caller,
    id: EventId,
    draft: EventDraft,
    plain_http: bool,
    version: Option<u64>,
) -> Result<Event, Problem> {
    let draft = draft.check(id, caller.id, world.now(), plain_http)?;
    for _ in 0..TRIES {
        let before = own_event(events, caller, id, version).await?;
        if before.status != EventStatus::Scheduled {
            return Err(Problem::new(Code::EventOver));
        }
        if before.movie_id != draft.movie_id {
            check_movie(catalogue, draft.movie_id).await?;
        }
        let after = before.redrawn(draft.clone());
        if events.update(&before, &after).await? {
            return Ok(after);
        }
    }
    Err(Problem::new(Code::EventChanged))
}

/// Cancels an event as a whole: nothing sells from now on, and one booking after the other is cancelled and paid back.
pub async fn cancel_event(
    events: &dyn Events,
    queues: &dyn Queues,
    caller: &Caller,
    id: EventId,
    version: Option<u64>,
) -> Result<Event, Problem> {
    for _ in 0..TRIES {
        let before = own_event(events, caller, id, None).await?;
        if before.deletion.is_some() {
            settle_deletion(events, id).await?;
            continue;
        }
        if before.status != EventStatus::Scheduled {
            queues.close_event(id, Duration::ZERO).await?;
            return Ok(before);
        }
        if version.is_some_and(|seen| seen != before.version) {
            return Err(Problem::new(Code::VersionMismatch));
        }
        // Sent first: whatever breaks off behind the write, the event is closed.
        queues.close_event(id, AFTER_ALL).await?;
        let after = before.becoming(EventStatus::Closing);
        if events.update(&before, &after).await? {
            queues.close_event(id, Duration::ZERO).await?;
            return Ok(after);
        }
    }
    Err(Problem::new(Code::EventChanged))
}

/// Deletes an event that nobody holds or owns a seat of. It sells nothing while its seats are withdrawn, one by one
/// and each only if it is open; if somebody was faster, all is as before.
pub async fn delete_event(
    events: &dyn Events,
    queues: &dyn Queues,
    caller: &Caller,
    id: EventId,
    version: Option<u64>,
) -> Result<(), Problem> {
    let event = own_event(events, caller, id, version).await?;
    let taken = |seat: &Seat| matches!(seat.status, SeatStatus::OnGoing | SeatStatus::Booked);
    if event.status != EventStatus::Cancelled
        && seats(events, &event).await?.iter().any(taken)
        && event.deletion.is_none()
    {
        return Err(Problem::new(Code::HasBookings));
    }
    match event.status {
        EventStatus::Scheduled => {
            // Sent first: a deletion that breaks off is brought to an end, this way or that.
            queues.close_event(id, AFTER_DELETION).await?;
            let begun = event.in_deletion(Deletion::Withdrawing);
            if !events.update(&event, &begun).await? {
                return Err(Problem::new(Code::EventChanged));
            }
        }
        EventStatus::Closing if event.deletion.is_none() => {
            // One that is being cancelled stays closed, whatever comes of this.
            let open: Vec<_> =
                seats(events, &event).await?.into_iter().filter(|seat| seat.status != SeatStatus::Withdrawn).collect();
            if !events.withdraw(id, &open).await? {
                return Err(Problem::new(Code::HasBookings));
            }
            return moved(events, &event, EventStatus::Deleted).await.map(drop);
        }
        EventStatus::Closing => {}
        EventStatus::Cancelled | EventStatus::Deleted => {
            return moved(events, &event, EventStatus::Deleted).await.map(drop);
        }
    }
    if settle_deletion(events, id).await? { Ok(()) } else { Err(Problem::new(Code::HasBookings)) }
}

/// Brings a deletion that has begun to its end; answers whether the event is deleted. Several may be at it: what each
/// decides is written on condition, and all go on from what was written.
pub(super) async fn settle_deletion(events: &dyn Events, id: EventId) -> Result<bool, Failure> {
    let mut withdrew = false;
    for _ in 0..TRIES {
        let Some(event) = events.get(id).await? else { return Ok(true) };
        let seats = seats(events, &event).await?;
        let after = match event.deletion {
            Some(Deletion::Withdrawing) => {
                let left: Vec<_> = seats.into_iter().filter(|seat| seat.status != SeatStatus::Withdrawn).collect();
                withdrew = true;
                if events.withdraw(id, &left).await? {
                    event.becoming(EventStatus::Deleted)
                } else {
                    event.in_deletion(Deletion::GivenUp)
                }
            }
            Some(Deletion::GivenUp) => {
                events.reopen(id, &seats).await?;
                event.becoming(EventStatus::Scheduled)
            }
            None => {
                // What this one took while others put back what they had taken.
                if withdrew && event.status == EventStatus::Scheduled {
                    events.reopen(id, &seats).await?;
                }
                return Ok(false);
            }
        };
        if events.update(&event, &after).await? && after.status == EventStatus::Deleted {
            return Ok(true);
        }
    }
    Err(Failure::transient("delete an event", "others changed it each time"))
}

async fn moved(events: &dyn Events, before: &Event, status: EventStatus) -> Result<Event, Problem> {
    let after = before.becoming(status);
    if events.update(before, &after).await? { Ok(after) } else { Err(Problem::new(Code::EventChanged)) }
}

/// All seats of an event that are on its plan, as they are.
pub(super) async fn seats(events: &dyn Events, event: &Event) -> Result<Vec<Seat>, Failure> {
    let layout = events.layout(event).await?;
    let blocks = layout.blocks.iter().map(|block| async {
        let seats = events.seats(event.id, block).await?;
        Ok::<_, Failure>(seats.into_iter().filter(|seat| !block.withdrawn.contains(&seat.label)).collect::<Vec<_>>())
    });
    Ok(try_join_all(blocks).await?.into_iter().flatten().collect())
}
