//! Ends bookings whose hold ran out.

use contracts::{HoldTimer, World};
use lambda::batch::{self, Retry};
use lambda::{Env, Error, Function, aws};
use std::sync::Arc;
use ticketing::adapters::{DynamoBookings, HttpPayments, ServiceTokens, SqsQueues};
use ticketing::usecases;

struct ExpireHold {
    bookings: DynamoBookings,
    payments: HttpPayments,
    queues: SqsQueues,
    world: Arc<dyn World>,
}

/// Settings: `TICKETING_TABLE`, `SERVICE_KEY`, `PAYMENTS_URL`, `QUEUE_URL` (the timers'), `RETRY_SECONDS`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let tokens = Arc::new(ServiceTokens::new(env.signing_key("SERVICE_KEY")?, world.clone()));
    let on = Arc::new(ExpireHold {
        bookings: DynamoBookings::new(aws::table(&env, "TICKETING_TABLE").await?),
        payments: HttpPayments::new(aws::http()?, tokens, env.text("PAYMENTS_URL")?),
        queues: SqsQueues::new(aws::sqs(&env)?, env.text("QUEUE_URL")?, String::new()),
        world,
    });
    Ok(batch::sqs(Retry::from_env(&env)?, move |timer: HoldTimer| {
        let on = on.clone();
        async move { usecases::expire_hold(&on.bookings, &on.payments, &on.queues, &*on.world, timer).await }
    }))
}
