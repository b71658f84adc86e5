//! See [`function`].

use contracts::Failure;
use lambda::prelude::*;
use ticketing::adapters::{MovedRefunds, SqsMovingQueue};
use ticketing::ports::MovedPart;
use ticketing::usecases::{self, BookingPorts};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Queue::of("move-bookings", "Moves the bookings of an event that was moved, part by part.").handled_by(handle)
}

parts! {
    struct Parts {
        ports: BookingPorts,
        moving: SqsMovingQueue,
        refunds: MovedRefunds,
    }
}

async fn handle(on: Arc<Parts>, part: MovedPart) -> Result<(), Failure> {
    usecases::move_bookings(&on.ports, &on.moving, on.refunds.0, &part).await
}
