//! See [`function`].

use contracts::{BookingChanged, Failure};
use lambda::prelude::*;
use ticketing::adapters::{DynamoMismatches, HttpPayments};
use ticketing::usecases::{self, BookingPorts};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Queue::of("refund-booking", "Has the money of bookings given up paid back.").handled_by(handle)
}

parts! {
    struct RefundBooking {
        ports: BookingPorts,
        payments: HttpPayments,
        mismatches: DynamoMismatches,
    }
}

async fn handle(on: Arc<RefundBooking>, change: BookingChanged) -> Result<(), Failure> {
    usecases::refund_booking(&on.ports, &on.payments, &on.mismatches, change.booking.id).await
}
