//! See [`function`].

use contracts::{Failure, UserNews};
use lambda::prelude::*;
use ticketing::adapters::{HttpPayments, S3Tickets};
use ticketing::usecases::{self, BookingPorts};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Queue::of("forget-buyer", "Erases what is known of a deleted user.").handled_by(handle)
}

parts! {
    struct ForgetBuyer {
        ports: BookingPorts,
        payments: HttpPayments,
        tickets: S3Tickets,
    }
}

async fn handle(on: Arc<ForgetBuyer>, news: UserNews) -> Result<(), Failure> {
    match news {
        UserNews::Deleted { user_id } => usecases::forget_buyer(&on.ports, &on.payments, &on.tickets, user_id).await,
        UserNews::Registered { .. } | UserNews::ResetRequested { .. } | UserNews::Changed { .. } => Ok(()),
    }
}
