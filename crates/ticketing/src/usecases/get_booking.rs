use crate::domain::Booking;
use crate::ports::Bookings;
use contracts::{BookingId, Problem, UserId};

/// A booking, for its buyer. For anybody else it is not found.
pub async fn get_booking(bookings: &dyn Bookings, id: BookingId, buyer: UserId) -> Result<Booking, Problem> {
    bookings.get(id).await?.filter(|booking| booking.user_id == buyer).ok_or_else(Problem::not_found)
}
