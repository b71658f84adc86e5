use crate::domain::Booking;
use crate::ports::{Bookings, OrganiserSystem};
use contracts::{BookingChanged, BookingStatus, Failure};
use std::sync::Arc;

/// How often to look again: a booking has few moves in it.
const LOOKS: u32 = 4;

/// What telling an organiser's system needs.
pub struct OrganiserPorts {
    /// The bookings kept.
    pub bookings: Arc<dyn Bookings>,
    /// The organiser's system.
    pub organiser: Arc<dyn OrganiserSystem>,
}

/// Makes the organiser's system agree with a booking as it is now, whatever the message said: confirmed there if
/// confirmed here, released if it ended otherwise. Looks again afterwards: the booking may have moved on meanwhile, and
/// whoever saw that may have been faster.
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

/// May what the organiser must be told still change?
const fn may_change(status: BookingStatus) -> bool {
    matches!(status, BookingStatus::Confirmed)
}
