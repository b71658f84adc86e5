use crate::domain::{Ending, PurchaseStatus};
use crate::ports::{Payments, PurchaseChanged, PurchaseTimer, Purchases, Queues, Topic};
use crate::usecases::hear::{Saga, void_and_act};
use contracts::{Failure, World};
use std::time::Duration;

/// When a purchase is looked at again that is still under way: SQS's longest delay.
const AGAIN: Duration = Duration::from_mins(15);

/// What a timer starts when the time to pay has run out. It decides nothing itself: it asks payments to void the invoice
/// and acts on the answer, so that money that came at the last moment still buys the token. A purchase that is paid and not
/// at its end is told of again, and looked at again, until it is: news of it that were lost hold nothing up for ever.
pub async fn expire_purchase(
    purchases: &dyn Purchases,
    queues: &dyn Queues,
    topic: &dyn Topic,
    payments: &dyn Payments,
    world: &dyn World,
    timer: PurchaseTimer,
) -> Result<(), Failure> {
    let now = world.now();
    if now < timer.due {
        return queues.start_timer(timer.purchase_id, timer.due, now).await;
    }
    let Some(purchase) = purchases.get(timer.purchase_id).await? else { return Ok(()) };
    // A timer of an earlier try with the same idempotency key: this purchase has longer to live.
    if now < purchase.expires_at {
        return queues.start_timer(purchase.id, purchase.expires_at, now).await;
    }
    if purchase.status == PurchaseStatus::AwaitingPayment {
        void_and_act(&Saga { purchases, world }, payments, purchase, Ending::Expired).await?;
    }
    let under_way = |status| matches!(status, PurchaseStatus::Issuing | PurchaseStatus::Refunding);
    match purchases.get(timer.purchase_id).await?.filter(|purchase| under_way(purchase.status)) {
        Some(purchase) => {
            topic.publish(&[PurchaseChanged::of(&purchase)]).await.1?;
            queues.start_timer(purchase.id, now + AGAIN, now).await
        }
        None => Ok(()),
    }
}
