use crate::domain::Booking;
use crate::ports::Topic;
use contracts::{BookingStatus, Failure};

/// Tells the topic of bookings that changed, in the stream's order. Of one that is only `HELD` there is nothing to
/// tell. When telling fails, answers the place of the first booking that was not told.
pub async fn relay_bookings(topic: &dyn Topic, bookings: &[Booking]) -> Result<(), (usize, Failure)> {
    let places = bookings.iter().enumerate().filter(|(_, b)| b.status != BookingStatus::Held).map(|(place, _)| place);
    let places: Vec<_> = places.collect();
    let changes: Vec<_> = places.iter().filter_map(|&place| bookings.get(place)).map(Booking::changed).collect();
    let (told, outcome) = topic.publish(&changes).await;
    outcome.map_err(|why| (places.get(told).copied().unwrap_or(0), why))
}
