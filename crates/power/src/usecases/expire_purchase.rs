use crate::domain::{Ending, PurchaseStatus};
use crate::ports::{Payments, PurchaseChanged, PurchaseTimer, Purchases, Timers, Topic};
use crate::usecases::hear::{PurchasePorts, void_and_act};
use contracts::{Failure, World};
use std::sync::Arc;
use std::time::Duration;

/// When a purchase is looked at again that is still under way: SQS's longest delay.
const AGAIN: Duration = Duration::from_mins(15);

/// What ending a purchase needs.
pub struct ExpirePurchase {
    /// The purchases kept.
    pub purchases: Arc<dyn Purchases>,
    /// The timers of purchases.
    pub timers: Arc<dyn Timers>,
    /// Who tells of purchases.
    pub topic: Arc<dyn Topic>,
    /// The payments service.
    pub payments: Arc<dyn Payments>,
    /// The clock.
    pub world: Arc<dyn World>,
}

/// What a timer starts when the time to pay has run out. It decides nothing itself: it asks payments to void the
/// invoice and acts on the answer, so that money that came at the last moment still buys the token. A purchase that is
/// paid and not at its end is told of again, and looked at again, until it is: news of it that were lost hold nothing
/// up for ever.
pub async fn expire_purchase(on: &ExpirePurchase, timer: PurchaseTimer) -> Result<(), Failure> {
    let ExpirePurchase { purchases, timers, topic, payments, world } = on;
    let now = world.now();
    if now < timer.due {
        return timers.start(timer.purchase_id, timer.due, now).await;
    }
    let Some(purchase) = purchases.get(timer.purchase_id).await? else { return Ok(()) };
    // A timer of an earlier try with the same idempotency key: this purchase has longer to live.
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
