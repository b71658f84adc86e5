//! See [`function`].

use contracts::{Failure, UserNews};
use lambda::prelude::*;
use ticketing::adapters::{DynamoBookings, DynamoLines, S3Tickets};
use ticketing::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Queue::of("forget-buyer", "Erases what is known of a deleted user.").handled_by(handle)
}

parts! {
    struct ForgetBuyer {
        bookings: DynamoBookings,
        lines: DynamoLines,
        tickets: S3Tickets,
    }
}

async fn handle(on: Arc<ForgetBuyer>, news: UserNews) -> Result<(), Failure> {
    match news {
        UserNews::Deleted { user_id } => usecases::forget_buyer(&on.bookings, &on.lines, &on.tickets, user_id).await,
        UserNews::Registered { .. } | UserNews::ResetRequested { .. } => Ok(()),
    }
}
