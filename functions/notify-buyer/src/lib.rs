//! See [`function`].

use contracts::Failure;
use lambda::prelude::*;
use power::ports::PurchaseChanged;
use power::usecases::{self, NotifyBuyer};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    let does = "Mails buyers what became of their purchases, with the receipt of those issued.";
    Queue::of("notify-buyer", does).handled_by(handle)
}

async fn handle(on: Arc<NotifyBuyer>, change: PurchaseChanged) -> Result<(), Failure> {
    usecases::notify_buyer(&on, &change).await
}
