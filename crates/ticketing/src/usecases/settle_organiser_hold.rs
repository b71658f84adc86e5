//! Telling the organiser's system how a booking ended. Two queues share it: one for confirmed bookings and one for
//! bookings whose seats are released.

use crate::domain::Booking;
use crate::ports::{Bookings, OrganiserSystem};
use contracts::{BookingChanged, BookingStatus, Failure};
use std::sync::Arc;

/// How many times to read the booking: it changes only a few times.
const LOOKS: u32 = 4;

/// The ports that telling an organiser's system needs.
pub struct OrganiserPorts {
    /// The bookings kept.
    pub bookings: Arc<dyn Bookings>,
    /// The organiser's system.
    pub organiser: Arc<dyn OrganiserSystem>,
}

/// Makes the organiser's system agree with a booking's present state, whatever the message said. A confirmed booking is
/// confirmed there; a booking that ended otherwise is released. Then reads the booking again: it may have changed
/// meanwhile, and another worker may have told the organiser of that change before this call arrived.
pub async fn settle_organiser_hold(on: Arc<OrganiserPorts>, change: BookingChanged) -> Result<(), Failure> {
    let OrganiserPorts { bookings, organiser } = &*on;
    let mut told = None;
    for _ in 0..LOOKS {
        let Some(booking) = bookings.get(change.booking.id).await? else { return Ok(()) };
        if told == Some(booking.status) {
            return Ok(());
        }
        tell(&**organiser, &booking).await?;
        told = Some(booking.status);
        if !may_change(booking.status) {
            return Ok(());
        }
    }
    Err(Failure::transient("settle a hold", "the booking moved on each time"))
}

async fn tell(organiser: &dyn OrganiserSystem, booking: &Booking) -> Result<(), Failure> {
    match booking.status {
        BookingStatus::Confirmed => organiser.confirm(booking).await,
        BookingStatus::Held | BookingStatus::AwaitingPayment => Ok(()),
        BookingStatus::Failed
        | BookingStatus::Expired
        | BookingStatus::Cancelled
        | BookingStatus::Refunding
        | BookingStatus::Refunded => organiser.release(booking.id, booking.organiser_url.as_deref()).await,
    }
}

/// Can a later change of the booking require another call to the organiser?
const fn may_change(status: BookingStatus) -> bool {
    matches!(status, BookingStatus::Confirmed)
}
