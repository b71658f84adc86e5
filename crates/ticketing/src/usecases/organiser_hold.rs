//! What an organiser's system still holds for bookings that gave their seats up.

use crate::ports::{Bookings, OrganiserSystem};
use contracts::{BookingId, Failure};
use std::collections::BTreeSet;

/// Has the organisers' systems release the holds of these bookings, before they are asked for others of the same seats:
/// they would refuse those. Once all have answered, nothing of these bookings is held there any more.
pub(super) async fn let_go(
    bookings: &dyn Bookings,
    organiser: &dyn OrganiserSystem,
    ids: &BTreeSet<BookingId>,
) -> Result<(), Failure> {
    let ids: Vec<_> = ids.iter().copied().collect();
    for booking in bookings.get_all(&ids).await? {
        organiser.release(booking.id, booking.organiser_url.as_deref()).await?;
    }
    Ok(())
}
