//! Ends purchases that nobody paid in time.

use contracts::World;
use lambda::batch::{self, Retry};
use lambda::{Env, Error, Function, aws};
use power::NAME;
use power::adapters::{DynamoPurchases, HttpPayments, QueueUrls, ServiceTokens, SqsQueues};
use power::ports::PurchaseTimer;
use power::usecases;
use std::sync::Arc;

struct ExpirePurchase {
    purchases: DynamoPurchases,
    queues: SqsQueues,
    payments: HttpPayments,
    world: Arc<dyn World>,
}

/// Settings: `POWER_TABLE`, `SERVICE_KEY`, `PAYMENTS_URL`, `QUEUE_URL`, `DEAD_LETTERS_URL`, `RETRY_SECONDS`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let tokens = Arc::new(ServiceTokens::new(NAME, env.signing_key("SERVICE_KEY")?, world.clone()));
    // A timer that comes early is sent again where it came from.
    let urls = QueueUrls { timers: env.text("QUEUE_URL")?, ..QueueUrls::default() };
    let on = Arc::new(ExpirePurchase {
        purchases: DynamoPurchases::new(aws::table(&env, "POWER_TABLE").await?),
        queues: SqsQueues::new(aws::sqs(&env)?, urls),
        payments: HttpPayments::new(aws::http(&env)?, tokens, env.text("PAYMENTS_URL")?),
        world,
    });
    Ok(batch::sqs(Retry::from_env(&env)?, move |timer: PurchaseTimer| {
        let on = on.clone();
        async move { usecases::expire_purchase(&on.purchases, &on.queues, &on.payments, &*on.world, timer).await }
    }))
}
