//! See [`function`].

use contracts::{BookingChanged, Failure};
use lambda::prelude::*;
use ticketing::adapters::{DynamoMismatches, HttpOrganiserSystem, HttpPayments};
use ticketing::usecases::{self, BookingPorts};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Queue::of("offer-seat", "Takes offered seats on to their payment.").handled_by(handle)
}

parts! {
    struct OfferSeat {
        ports: BookingPorts,
        organiser: HttpOrganiserSystem,
        payments: HttpPayments,
        mismatches: DynamoMismatches,
    }
}

async fn handle(on: Arc<OfferSeat>, change: BookingChanged) -> Result<(), Failure> {
    usecases::offer_seat(&on.ports, (&on.organiser, &on.payments, &on.mismatches), (change.booking.id, change.version))
        .await
}
