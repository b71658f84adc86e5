//! See [`function`].

use contracts::Failure;
use lambda::prelude::*;
use ticketing::adapters::{CloseEvent, HttpPayments, SnsEventTopic, SqsClosingQueue};
use ticketing::usecases::{self, BookingPorts};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Queue::of("close-event", "Gives the bookings of a cancelled event up, part by part.").handled_by(handle)
}

parts! {
    struct Parts {
        ports: BookingPorts,
        payments: HttpPayments,
        closing: SqsClosingQueue,
        topic: SnsEventTopic,
    }
}

async fn handle(on: Arc<Parts>, close: CloseEvent) -> Result<(), Failure> {
    usecases::close_event(&on.ports, &on.payments, (&on.closing, &on.topic), (close.event_id, close.part)).await
}
