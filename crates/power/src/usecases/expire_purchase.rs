//! Runs when a purchase's timer comes: an unpaid purchase ends, and a paid one that is not final is published again.

use crate::domain::{Ending, PurchaseStatus};
use crate::ports::{Payments, PurchaseChanged, PurchaseTimer, Purchases, Timers, Topic};
use crate::usecases::hear::{PurchasePorts, void_and_act};
use contracts::{Failure, World};
use std::sync::Arc;
use std::time::Duration;

/// How long until a purchase that is still under way is looked at again: SQS's longest delay.
const AGAIN: Duration = Duration::from_mins(15);

/// What ending a purchase needs.
pub struct ExpirePurchase {
    /// The purchases kept.
    pub purchases: Arc<dyn Purchases>,
    /// The timers of purchases.
    pub timers: Arc<dyn Timers>,
    /// The topic of purchases.
    pub topic: Arc<dyn Topic>,
    /// The payments service.
    pub payments: Arc<dyn Payments>,
    /// The clock.
    pub world: Arc<dyn World>,
}

/// Ends a purchase whose time to pay has run out, when its timer comes.
///
/// It decides nothing itself. It asks payments to void the invoice and acts on the answer, so that money that came at
/// the last moment still buys the token. A purchase that is paid but not final is published and looked at again until
/// it is final, so that lost news does not hold it up for ever.
pub async fn expire_purchase(on: &ExpirePurchase, timer: PurchaseTimer) -> Result<(), Failure> {
    let ExpirePurchase { purchases, timers, topic, payments, world } = on;
    let now = world.now();
    if now < timer.due {
        return timers.start(timer.purchase_id, timer.due, now).await;
    }
    let Some(purchase) = purchases.get(timer.purchase_id).await? else { return Ok(()) };
    // This timer is of an earlier try with the same idempotency key. The purchase has more time.
    if now < purchase.expires_at {
        return timers.start(purchase.id, purchase.expires_at, now).await;
    }
    if purchase.status == PurchaseStatus::AwaitingPayment {
        let ports = PurchasePorts { purchases: &**purchases, world: &**world };
        void_and_act(&ports, &**payments, purchase, Ending::Expired).await?;
    }
    let under_way = |status| matches!(status, PurchaseStatus::Issuing | PurchaseStatus::Refunding);
    match purchases.get(timer.purchase_id).await?.filter(|purchase| under_way(purchase.status)) {
        Some(purchase) => {
            topic.publish(&[PurchaseChanged::of(&purchase)]).await.1?;
            timers.start(purchase.id, now + AGAIN, now).await
        }
        None => Ok(()),
    }
}
