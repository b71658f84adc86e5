//! Ends purchases that nobody paid in time, and sees to it that those that were paid come to their end.

use contracts::World;
use lambda::batch::{self, Retry};
use lambda::{Env, Error, Function, aws};
use power::NAME;
use power::adapters::{DynamoPurchases, HttpPayments, QueueUrls, ServiceTokens, SnsTopic, SqsQueues};
use power::ports::PurchaseTimer;
use power::usecases;
use std::sync::Arc;

struct ExpirePurchase {
    purchases: DynamoPurchases,
    queues: SqsQueues,
    topic: SnsTopic,
    payments: HttpPayments,
    world: Arc<dyn World>,
}

/// Settings: `POWER_TABLE`, `SERVICE_KEY`, `PAYMENTS_URL`, `PURCHASES_TOPIC_ARN`, `QUEUE_URL`, `DEAD_LETTERS_URL`,
/// `RETRY_SECONDS`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let tokens = Arc::new(ServiceTokens::new(NAME, env.signing_key("SERVICE_KEY")?, world.clone()));
    // A timer that comes early is sent again where it came from.
    let urls = QueueUrls { timers: env.text("QUEUE_URL")?, ..QueueUrls::default() };
    let on = Arc::new(ExpirePurchase {
        purchases: DynamoPurchases::new(aws::table(&env, "POWER_TABLE").await?),
        queues: SqsQueues::new(aws::sqs(&env)?, urls),
        topic: SnsTopic::new(aws::sns(&env)?, env.text("PURCHASES_TOPIC_ARN")?),
        payments: HttpPayments::new(aws::http(&env)?, tokens, env.text("PAYMENTS_URL")?),
        world,
    });
    Ok(batch::sqs(Retry::from_env(&env)?, move |timer: PurchaseTimer| {
        let on = on.clone();
        async move {
            let ExpirePurchase { purchases, queues, topic, payments, world } = &*on;
            usecases::expire_purchase(purchases, queues, topic, payments, &**world, timer).await
        }
    }))
}
