//! The slow part of cancelling an event. It runs from a queue, one part at a time, because an event may have more
//! bookings than one function can give up.

use crate::domain::{EventStatus, SeatStatus};
use crate::ports::{Closing, ClosingQueue, EventTopic, Payments, Seat};
use crate::usecases::cancel_booking::give_up;
use crate::usecases::deletion::settle_deletion;
use crate::usecases::hear::BookingPorts;
use crate::usecases::own_event::seats;
use contracts::{BookingId, EventId, EventNews, Failure, FailureReason};
use futures::StreamExt;
use futures::stream;
use std::collections::BTreeSet;
use std::time::Duration;

/// The most bookings given up in one run, so that each run ends within the function's time. The rest waits for the
/// next.
const AT_A_TIME: usize = 60;
/// The most bookings given up at the same time.
const AT_ONCE: usize = 6;
/// The most users named in one message.
const NAMED: usize = 500;

/// Completes or undoes a deletion that broke off, or else cancels an event, one part at a time. It withdraws the open
/// seats and gives up the bookings of the other seats. Once all seats are withdrawn, it tells the people who waited and
/// marks the event as cancelled. After a failure, the next run continues with what is left.
///
/// Each part asks for the next one by its number, and a part that was passed does nothing. So an organiser who cancels
/// twice, and a message that comes again later, start no second chain of parts. Whoever asks for the closing to begin
/// takes over a chain that stopped.
pub async fn close_event(
    on: &BookingPorts,
    payments: &dyn Payments,
    (queue, topic): (&dyn ClosingQueue, &dyn EventTopic),
    (id, part): (EventId, Option<u64>),
) -> Result<(), Failure> {
    let what = "close an event";
    let Some(event) = on.events.get(id).await?.filter(|event| event.status == EventStatus::Closing) else {
        return Ok(());
    };
    if event.deletion.is_some() {
        return settle_deletion(&*on.events, id).await.map(drop);
    }
    let part = match on.events.begin_part(id, part, on.world.now()).await? {
        Closing::Begun(part) => part,
        Closing::Passed => return Ok(()),
        Closing::GoesOn => return Err(Failure::transient(what, "others close it; this looks again whether they do")),
    };
    let seats = seats(&*on.events, &event).await?;
    let left: Vec<_> = seats.iter().filter(|seat| seat.status != SeatStatus::Withdrawn).cloned().collect();
    if !on.events.withdraw(id, &left).await? {
        let owners: BTreeSet<BookingId> = left.iter().filter_map(|seat| seat.booking).collect();
        let given_up = stream::iter(owners.into_iter().take(AT_A_TIME)).map(|owner| async move {
            let Some(booking) = on.bookings.get(owner).await? else { return Ok(0) };
            give_up(on, payments, booking, Some(FailureReason::EventCancelled)).await.map(|_| 1)
        });
        let outcomes: Vec<Result<usize, Failure>> = given_up.buffer_unordered(AT_ONCE).collect().await;
        let moved: usize = outcomes.into_iter().sum::<Result<_, _>>()?;
        if moved == 0 {
            // Somebody else changed these seats just now, or they belong to no booking, which reconciliation reports.
            return Err(Failure::transient(what, "seats are taken, and no live booking has them"));
        }
        return queue.close_event(id, Some(part + 1), Duration::ZERO).await;
    }
    dismiss(on, topic, &event.title, id, &seats).await?;
    on.events.update(&event, &event.becoming(EventStatus::Cancelled)).await.map(drop)
}

/// Tells the people who waited, then takes them out of the lines. Telling twice is harmless: each notice is remembered.
async fn dismiss(
    on: &BookingPorts,
    topic: &dyn EventTopic,
    title: &str,
    id: EventId,
    seats: &[Seat],
) -> Result<(), Failure> {
    let mut users = BTreeSet::new();
    let mut places = Vec::new();
    for seat in seats.iter().filter(|seat| seat.waiters > 0) {
        for waiter in on.lines.all(id, &seat.label).await? {
            users.insert(waiter.user_id);
            places.push((waiter.user_id, seat.label.clone()));
        }
    }
    let users: Vec<_> = users.into_iter().collect();
    let news: Vec<_> = users
        .chunks(NAMED)
        .map(|users| EventNews::LineClosed { event_id: id, event_title: title.to_owned(), user_ids: users.to_vec() })
        .collect();
    topic.publish(&news).await.1?;
    for (user, label) in places {
        on.lines.leave(user, id, &label).await?;
    }
    Ok(())
}
