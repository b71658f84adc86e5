use crate::domain::Happening;
use crate::ports::Payments;
use crate::usecases::hear::{BookingPorts, hear_from};
use contracts::{BookingId, BookingStatus, Failure, InvoiceStatus};

/// Has payments refund a booking that was given up. Payments refunds once, however often it is asked.
pub async fn refund_booking(on: &BookingPorts, payments: &dyn Payments, id: BookingId) -> Result<(), Failure> {
    let what = "refund a booking";
    let Some(booking) = on.bookings.get(id).await?.filter(|booking| booking.status == BookingStatus::Refunding) else {
        return Ok(());
    };
    let number = booking.invoice_number().ok_or_else(|| Failure::permanent(what, "no number"))?;
    let invoice = payments.refund_invoice(&number).await?;
    if invoice.status != InvoiceStatus::Refunded {
        return Err(Failure::transient(what, "it is not refunded yet"));
    }
    hear_from(on, booking, &Happening::Refunded).await.map(drop)
}
