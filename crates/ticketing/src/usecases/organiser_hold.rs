//! What an organiser's system still holds for bookings that gave their seats up.

use crate::domain::Booking;
use crate::ports::{Bookings, OrganiserSystem};
use contracts::{BookingId, Failure};
use futures::future::try_join_all;
use std::collections::BTreeSet;

/// Has the organiser's system release the holds of these bookings before it is asked for the same seats by `booking`:
/// it would refuse. Holds at another system, which the event had before, are in nobody's way: their own messages
/// release them, if that system is still there.
pub(super) async fn let_go(
    bookings: &dyn Bookings,
    organiser: &dyn OrganiserSystem,
    booking: &Booking,
    ids: &BTreeSet<BookingId>,
) -> Result<(), Failure> {
    let ids: Vec<_> = ids.iter().copied().collect();
    let before = bookings.get_all(&ids).await?;
    let here = before.iter().filter(|one| one.organiser_url == booking.organiser_url);
    let released = here.map(|one| organiser.release(one.id, one.organiser_url.as_deref()));
    try_join_all(released).await.map(drop)
}
