//! See [`function`].

use contracts::Failure;
use lambda::prelude::*;
use power::ports::PurchaseTimer;
use power::usecases::{self, ExpirePurchase};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    let does = "Ends purchases that nobody paid in time, and tells again of those that are paid and not at their end.";
    Queue::of("expire-purchase", does).handled_by(handle)
}

async fn handle(on: Arc<ExpirePurchase>, timer: PurchaseTimer) -> Result<(), Failure> {
    usecases::expire_purchase(&on, timer).await
}
