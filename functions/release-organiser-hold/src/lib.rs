//! See [`function`].

use lambda::prelude::*;
use ticketing::usecases::settle_organiser_hold;

/// What it is. Whatever the message says, the organiser's system is told how the booking stands now: this is what
/// `confirm-organiser-hold` does, fed by other news.
pub fn function() -> impl Definition {
    Queue::of("release-organiser-hold", "Gives holds that did not end confirmed back to the organiser's system.")
        .handled_by(settle_organiser_hold)
}
