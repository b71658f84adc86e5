use crate::domain::Happening;
use crate::ports::{Mismatches, Payments};
use crate::usecases::hear::{BookingPorts, hear_from};
use crate::usecases::reconcile::report;
use contracts::{BookingId, BookingStatus, Failure, MismatchKind, RefundAnswer};

/// Has payments refund a booking that was given up. Payments refunds once, however often it is asked.
///
/// If the payment provider refuses for good, the booking stays `REFUNDING` until an admin has paid the money back by
/// hand, and its organiser gets a mismatch.
pub async fn refund_booking(
    on: &BookingPorts,
    payments: &dyn Payments,
    mismatches: &dyn Mismatches,
    id: BookingId,
) -> Result<(), Failure> {
    let Some(booking) = on.bookings.get(id).await?.filter(|booking| booking.status == BookingStatus::Refunding) else {
        return Ok(());
    };
    let number = booking.invoice_number().ok_or_else(|| Failure::permanent("refund a booking", "no number"))?;
    match payments.refund_invoice(&number).await? {
        RefundAnswer::PaidBack => hear_from(on, booking, &Happening::Refunded).await.map(drop),
        RefundAnswer::Refused => {
            let found = (booking.event_id, MismatchKind::RefundRefused, booking.id.to_string());
            report(&*on.events, mismatches, &*on.world, found).await
        }
    }
}
