use crate::domain::{Ending, PurchaseStatus};
use crate::ports::{Payments, PurchaseTimer, Purchases, Queues};
use crate::usecases::hear::{Saga, void_and_act};
use contracts::{Failure, World};

/// What a timer starts when the time to pay has run out. It decides nothing itself: it asks payments to void the invoice
/// and acts on the answer, so that money that came at the last moment still buys the token.
pub async fn expire_purchase(
    purchases: &dyn Purchases,
    queues: &dyn Queues,
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
    if purchase.status != PurchaseStatus::AwaitingPayment {
        return Ok(());
    }
    void_and_act(&Saga { purchases, world }, payments, purchase, Ending::Expired).await
}
