//! Publishing the changes in the table's stream to the topics of bookings and events.

use crate::domain::Booking;
use crate::ports::{BookingTopic, EventTopic, Live};
use contracts::{BookingChanged, BookingStatus, EventNews, Failure, LiveState};

/// Something that changed, in the order of the stream.
#[derive(Debug)]
pub enum Change {
    /// A booking, and the link that opens its ticket, if it is confirmed.
    Booking(Box<Booking>, Option<String>),
    /// A booking that is told again, because it is late.
    LateBooking(Box<Booking>, Option<String>),
    /// News of an event.
    News(EventNews),
}

/// Publishes changes to the topics, in the stream's order. A booking that is only `HELD` is not published, unless it
/// offers seats to a person who waited for them. If publishing fails, answers the index of the first change that was
/// not published.
///
/// Those who watch a booking are told last. They hold nothing up: whoever is not told looks for itself a little later.
pub async fn relay(
    live: &dyn Live,
    bookings_topic: &dyn BookingTopic,
    events_topic: &dyn EventTopic,
    changes: Vec<Change>,
) -> Result<(), (usize, Failure)> {
    let (mut bookings, mut news, mut states) = (Vec::new(), Vec::new(), Vec::new());
    for (place, change) in changes.into_iter().enumerate() {
        let again = matches!(change, Change::LateBooking(..));
        match change {
            Change::Booking(booking, link) | Change::LateBooking(booking, link) => {
                if booking.status != BookingStatus::Held || booking.is_offer() {
                    let (booking_id, version) = (booking.id, booking.version);
                    states.push(LiveState::Booking { booking_id, version, booking: Box::new(booking.view()) });
                    bookings.push((place, BookingChanged { again, ..booking.changed(link) }));
                }
            }
            Change::News(one) => news.push((place, one)),
        }
    }
    let (places, told): (Vec<_>, Vec<_>) = bookings.into_iter().unzip();
    let bookings = first_untold(bookings_topic.publish(&told).await, &places);
    let (places, told): (Vec<_>, Vec<_>) = news.into_iter().unzip();
    let news = first_untold(events_topic.publish(&told).await, &places);
    if let Err(why) = live.tell(&states).await {
        tracing::warn!(%why, "watchers are not told");
    }
    // The stream continues from the earlier failure, so changes after it may be published again.
    match (bookings, news) {
        (Err(a), Err(b)) => Err(if a.0 <= b.0 { a } else { b }),
        (Err(one), Ok(())) | (Ok(()), Err(one)) => Err(one),
        (Ok(()), Ok(())) => Ok(()),
    }
}

fn first_untold((told, outcome): (usize, Result<(), Failure>), places: &[usize]) -> Result<(), (usize, Failure)> {
    outcome.map_err(|why| (places.get(told).copied().unwrap_or(0), why))
}
