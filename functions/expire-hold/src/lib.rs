//! Ends bookings whose hold ran out.

use contracts::{HoldTimer, World};
use lambda::batch::{self, Retry};
use lambda::{Env, Error, Function, aws};
use std::sync::Arc;
use ticketing::adapters::{HttpPayments, QueueUrls, SagaPorts, ServiceTokens, SqsQueues};
use ticketing::usecases;

struct ExpireHold {
    saga: SagaPorts,
    payments: HttpPayments,
}

/// Settings: `TICKETING_TABLE`, `WAITING_OFFER_SECONDS`, `TIMER_QUEUE_URL`, `SERVICE_KEY`, `PAYMENTS_URL`, `QUEUE_URL`,
/// `DEAD_LETTERS_URL`, `RETRY_SECONDS`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "TICKETING_TABLE").await?;
    let tokens = Arc::new(ServiceTokens::new(ticketing::NAME, env.signing_key("SERVICE_KEY")?, world.clone()));
    let urls = QueueUrls { timers: env.text("TIMER_QUEUE_URL")?, ..QueueUrls::default() };
    let queues = SqsQueues::new(aws::sqs(&env)?, urls);
    let on = Arc::new(ExpireHold {
        saga: SagaPorts::new(table, queues, world, env.seconds("WAITING_OFFER_SECONDS", 1..=900)?),
        payments: HttpPayments::new(aws::http(&env)?, tokens, env.text("PAYMENTS_URL")?),
    });
    Ok(batch::sqs(Retry::from_env(&env)?, move |timer: HoldTimer| {
        let on = on.clone();
        async move { usecases::expire_hold(&on.saga.saga(), &on.payments, timer).await }
    }))
}
