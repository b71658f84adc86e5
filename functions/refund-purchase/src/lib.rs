//! See [`function`].

use contracts::Failure;
use lambda::prelude::*;
use power::adapters::{DynamoPurchases, HttpPayments};
use power::ports::PurchaseChanged;
use power::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Queue::of("refund-purchase", "Has the money of purchases paid back that the power company refused.")
        .handled_by(handle)
}

parts! {
    struct RefundPurchase {
        purchases: DynamoPurchases,
        payments: HttpPayments,
        world: Arc<dyn World>,
    }
}

async fn handle(on: Arc<RefundPurchase>, change: PurchaseChanged) -> Result<(), Failure> {
    usecases::refund_purchase(&on.purchases, &on.payments, &*on.world, change.id).await
}
