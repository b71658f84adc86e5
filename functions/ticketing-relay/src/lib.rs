//! See [`function`].

use contracts::Failure;
use lambda::prelude::*;
use lambda::readable;
use ticketing::adapters::{SnsBookingTopic, SnsEventTopic, SqsLive, TicketLinks, streams};
use ticketing::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Stream::of("ticketing", "Tells the topics of bookings and events that changed, and of mismatches.")
        .handled_by(handle)
}

parts! {
    struct TicketingRelay {
        live: SqsLive,
        bookings: SnsBookingTopic,
        events: SnsEventTopic,
        links: TicketLinks,
    }
}

async fn handle(on: Arc<TicketingRelay>, records: Vec<Record>) -> Result<(), (usize, Failure)> {
    let (changes, rest) = readable(records, |record| streams::change(record.keys, record.new_image, &on.links));
    usecases::relay(&on.live, &on.bookings, &on.events, changes).await?;
    rest
}
