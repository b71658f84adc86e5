//! Gives the bookings of a cancelled event up, part by part.

use contracts::World;
use lambda::batch::{self, Retry};
use lambda::{Env, Error, Function, aws};
use std::sync::Arc;
use ticketing::adapters::{CloseEvent, HttpPayments, QueueUrls, SagaPorts, ServiceTokens, SnsTopics, SqsQueues};
use ticketing::usecases;

struct Wiring {
    saga: SagaPorts,
    payments: HttpPayments,
    topics: SnsTopics,
}

/// Settings: `TICKETING_TABLE`, `WAITING_OFFER_SECONDS`, `TIMER_QUEUE_URL`, `SERVICE_KEY`, `PAYMENTS_URL`,
/// `EVENTS_TOPIC_ARN`, `QUEUE_URL`, `DEAD_LETTERS_URL`, `RETRY_SECONDS`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "TICKETING_TABLE").await?;
    let tokens = Arc::new(ServiceTokens::new(ticketing::NAME, env.signing_key("SERVICE_KEY")?, world.clone()));
    let (timers, closing) = (env.text("TIMER_QUEUE_URL")?, env.text("QUEUE_URL")?);
    let queues = SqsQueues::new(aws::sqs(&env)?, QueueUrls { timers, closing, ..QueueUrls::default() });
    let on = Arc::new(Wiring {
        saga: SagaPorts::new(table, queues, world, env.seconds("WAITING_OFFER_SECONDS", 1..=900)?),
        payments: HttpPayments::new(aws::http(&env)?, tokens, env.text("PAYMENTS_URL")?),
        topics: SnsTopics::new(aws::sns(&env)?, String::new(), env.text("EVENTS_TOPIC_ARN")?),
    });
    Ok(batch::sqs(Retry::from_env(&env)?, move |close: CloseEvent| {
        let on = on.clone();
        async move { usecases::close_event(&on.saga.saga(), &on.payments, &on.topics, close.event_id).await }
    }))
}
