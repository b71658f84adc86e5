//! See [`function`].

use contracts::{Failure, HoldTimer};
use lambda::prelude::*;
use ticketing::adapters::HttpPayments;
use ticketing::usecases::{self, BookingPorts};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Queue::of("expire-hold", "Ends bookings whose hold ran out.").handled_by(handle)
}

parts! {
    struct ExpireHold {
        ports: BookingPorts,
        payments: HttpPayments,
    }
}

async fn handle(on: Arc<ExpireHold>, timer: HoldTimer) -> Result<(), Failure> {
    usecases::expire_hold(&on.ports, &on.payments, timer).await
}
