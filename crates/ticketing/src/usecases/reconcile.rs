//! Reconciliation: a regular comparison of bookings and seats with the invoices of payments. The rules are in
//! `domain::reconciliation`.

use crate::domain::Event;
use crate::domain::booking::Booking;
use crate::domain::reconciliation::{Disagreement, compare, orphans};
use crate::domain::seat_map::SeatStatus;
use crate::ports::{BookingQuery, Bookings, EventQuery, Events, Mismatches, Payments};
use crate::usecases::own_event::seats;
use contracts::{BookingId, BookingStatus, Failure, Invoice, Mismatch, MismatchKind, PageRequest, Timestamp, World};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

/// How far back invoices and bookings are compared. Each is compared many times within that time.
const BACK: Duration = Duration::from_hours(48);
/// Events that began longer ago are left alone.
const OVER: Duration = Duration::from_hours(48);

/// The first page of a list that is read to its end.
const LARGE: PageRequest = PageRequest { limit: PageRequest::MOST, cursor: None };

/// What reconciliation needs.
pub struct Reconcile {
    /// The store of events.
    pub events: Arc<dyn Events>,
    /// The store of bookings.
    pub bookings: Arc<dyn Bookings>,
    /// The payments service.
    pub payments: Arc<dyn Payments>,
    /// The mismatches found before.
    pub mismatches: Arc<dyn Mismatches>,
    /// The clock.
    pub world: Arc<dyn World>,
}

/// Compares bookings and seats with invoices. It compares twice, because the data changes while it reads, and stores
/// only the mismatches that both comparisons found. Answers the new ones.
pub async fn reconcile(on: &Reconcile) -> Result<Vec<Mismatch>, Failure> {
    let from = on.world.now() - OVER;
    let which = EventQuery { from, until: None, text: None, city: None, movie: None, organiser: None };
    let events = all_events(&*on.events, &which).await?;
    let first = look(on, &events).await?;
    if first.is_empty() {
        return Ok(Vec::new());
    }
    let second = look(on, &events).await?;
    let by_id: HashMap<_, _> = events.iter().map(|event| (event.id, event)).collect();
    let mut new = Vec::new();
    for found in first.intersection(&second) {
        let Some(event) = by_id.get(&found.0) else { continue };
        new.extend(record(&*on.events, &*on.mismatches, &*on.world, event, found).await?);
    }
    Ok(new)
}

/// Records one disagreement that was seen outside of a comparison, for its organiser and the alarm.
pub async fn report(
    events: &dyn Events,
    mismatches: &dyn Mismatches,
    world: &dyn World,
    found: Disagreement,
) -> Result<(), Failure> {
    let Some(event) = events.get(found.0).await? else { return Ok(()) };
    if record(events, mismatches, world, &event, &found).await?.is_some() {
        alarm(1);
    }
    Ok(())
}

/// Says that money and goods disagree, in words that the template's metric filter counts.
pub fn alarm(mismatches: usize) {
    tracing::error!(mismatches, "money and goods disagree");
}

/// Stores a disagreement, unless it is known.
async fn record(
    events: &dyn Events,
    mismatches: &dyn Mismatches,
    world: &dyn World,
    event: &Event,
    (_, kind, subject): &Disagreement,
) -> Result<Option<Mismatch>, Failure> {
    let seat = match kind {
        MismatchKind::SeatWithoutBooking => {
            let (layout, label) = (events.layout(event).await?, subject.parse().ok());
            label.and_then(|label| layout.seat(&label)).map(|seat| seat.detail())
        }
        _ => None,
    };
    let found = Mismatch {
        event_id: event.id,
        event_title: event.title.clone(),
        organiser_id: event.organiser_id,
        kind: *kind,
        subject: subject.clone(),
        seat,
        found_at: world.now(),
    };
    Ok(mismatches.record(&found).await?.then_some(found))
}

/// All events that match, page after page.
pub(super) async fn all_events(events: &dyn Events, which: &EventQuery) -> Result<Vec<Event>, Failure> {
    let mut asked = LARGE;
    let mut all = Vec::new();
    loop {
        let page = events.list(which, &asked).await?;
        let page = page.ok_or_else(|| Failure::permanent("list events", "our own cursor is refused"))?;
        all.extend(page.items);
        asked.cursor = page.next_cursor;
        if asked.cursor.is_none() {
            return Ok(all);
        }
    }
}

/// Compares everything once. Invoices are read before bookings, so that a booking is never older than its invoice here.
async fn look(on: &Reconcile, events: &[Event]) -> Result<BTreeSet<Disagreement>, Failure> {
    let now = on.world.now();
    let since = now - BACK;
    let invoices = on.payments.invoices(since).await?;
    let mut bookings = recent(on, events, since).await?;
    let known: HashSet<_> = bookings.iter().map(|booking| booking.id).collect();
    let ids: Vec<_> = invoices.iter().map(|invoice: &Invoice| BookingId::new(invoice.reference)).collect();
    let rest: Vec<_> = ids.into_iter().filter(|id| !known.contains(id)).collect();
    bookings.extend(on.bookings.get_all(&rest).await?);
    let mut found = compare(&invoices, &bookings, now);
    for event in events {
        found.extend(lost_seats(on, event).await?);
    }
    Ok(found)
}

/// The confirmed bookings made since then.
async fn recent(on: &Reconcile, events: &[Event], since: Timestamp) -> Result<Vec<Booking>, Failure> {
    let mut all = Vec::new();
    for event in events {
        let mut asked = LARGE;
        while let Some(page) = on.bookings.of_event(event.id, &BookingQuery::default(), &asked).await? {
            let older = page.items.iter().any(|booking| booking.created_at < since);
            let confirmed = |b: &Booking| b.created_at >= since && b.status == BookingStatus::Confirmed;
            all.extend(page.items.into_iter().filter(confirmed));
            asked.cursor = page.next_cursor;
            if older || asked.cursor.is_none() {
                break;
            }
        }
    }
    Ok(all)
}

async fn lost_seats(on: &Reconcile, event: &Event) -> Result<BTreeSet<Disagreement>, Failure> {
    let seats = seats(&*on.events, event).await?;
    let booked: Vec<_> = seats
        .into_iter()
        .filter(|seat| seat.status == SeatStatus::Booked)
        .map(|seat| (seat.label, seat.booking))
        .collect();
    let owners: BTreeSet<_> = booked.iter().filter_map(|(_, owner)| *owner).collect();
    let bookings = on.bookings.get_all(&owners.into_iter().collect::<Vec<_>>()).await?;
    Ok(orphans(event.id, &booked, &bookings))
}
