//! See [`function`].

use lambda::prelude::*;
use ticketing::usecases::settle_organiser_hold;

/// What it is. Whatever the message says, the organiser's system is told how the booking stands now: this is what
/// `release-organiser-hold` does, fed by other news.
pub fn function() -> impl Definition {
    Queue::of("confirm-organiser-hold", "Makes confirmed bookings final in the organiser's system.")
        .handled_by(settle_organiser_hold)
}
