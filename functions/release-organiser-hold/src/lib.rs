//! See [`function`].

use lambda::prelude::*;
use ticketing::usecases::settle_organiser_hold;

/// Defines this Lambda function. It tells the organiser's system how the booking stands now, whatever the message says.
/// `confirm-organiser-hold` does the same for messages about other statuses.
pub fn function() -> impl Definition {
    Queue::of("release-organiser-hold", "Gives holds that did not end confirmed back to the organiser's system.")
        .handled_by(settle_organiser_hold)
}
