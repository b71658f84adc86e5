//! See [`function`].

use lambda::prelude::*;
use ticketing::usecases::settle_organiser_hold;

/// Defines this Lambda function. It tells the organiser's system how the booking stands now, whatever the message says.
/// `release-organiser-hold` does the same for messages about other statuses.
pub fn function() -> impl Definition {
    Queue::of("confirm-organiser-hold", "Makes confirmed bookings final in the organiser's system.")
        .handled_by(settle_organiser_hold)
}
