//! Has the money of purchases paid back that the power company refused.

use contracts::World;
use lambda::batch::{self, Retry};
use lambda::{Env, Error, Function, aws};
use power::NAME;
use power::adapters::{DynamoPurchases, HttpPayments, ServiceTokens};
use power::ports::PurchaseChanged;
use power::usecases;
use std::sync::Arc;

struct RefundPurchase {
    purchases: DynamoPurchases,
    payments: HttpPayments,
    world: Arc<dyn World>,
}

/// Settings: `POWER_TABLE`, `SERVICE_KEY`, `PAYMENTS_URL`, `QUEUE_URL`, `DEAD_LETTERS_URL`, `RETRY_SECONDS`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let tokens = Arc::new(ServiceTokens::new(NAME, env.signing_key("SERVICE_KEY")?, world.clone()));
    let on = Arc::new(RefundPurchase {
        purchases: DynamoPurchases::new(aws::table(&env, "POWER_TABLE").await?),
        payments: HttpPayments::new(aws::http(&env)?, tokens, env.text("PAYMENTS_URL")?),
        world,
    });
    Ok(batch::sqs(Retry::from_env(&env)?, move |change: PurchaseChanged| {
        let on = on.clone();
        async move { usecases::refund_purchase(&on.purchases, &on.payments, &*on.world, change.id).await }
    }))
}
