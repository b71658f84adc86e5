//! Takes offered seats on to their payment.

use contracts::{BookingChanged, World};
use lambda::batch::{self, Retry};
use lambda::{Env, Error, Function, aws};
use std::sync::Arc;
use ticketing::adapters::{HttpOrganiserSystem, HttpPayments, QueueUrls, SagaPorts, ServiceTokens, SqsQueues};
use ticketing::usecases;

struct OfferSeat {
    saga: SagaPorts,
    organiser: HttpOrganiserSystem,
    payments: HttpPayments,
}

/// Settings: `TICKETING_TABLE`, `WAITING_OFFER_SECONDS`, `TIMER_QUEUE_URL`, `SERVICE_KEY`, `PAYMENTS_URL`,
/// `ORGANISER_URL`, `ORGANISER_SCHEME`, `QUEUE_URL`, `DEAD_LETTERS_URL`, `RETRY_SECONDS`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "TICKETING_TABLE").await?;
    let (web, outside) = (aws::http(&env)?, aws::http_outside(&env)?);
    let tokens = Arc::new(ServiceTokens::new(ticketing::NAME, env.signing_key("SERVICE_KEY")?, world.clone()));
    let urls = QueueUrls { timers: env.text("TIMER_QUEUE_URL")?, ..QueueUrls::default() };
    let queues = SqsQueues::new(aws::sqs(&env)?, urls);
    let on = Arc::new(OfferSeat {
        saga: SagaPorts::new(table, queues, world, env.seconds("WAITING_OFFER_SECONDS", 1..=900)?),
        organiser: HttpOrganiserSystem::new(web.clone(), outside, tokens.clone(), env.text("ORGANISER_URL")?),
        payments: HttpPayments::new(web, tokens, env.text("PAYMENTS_URL")?),
    });
    Ok(batch::sqs(Retry::from_env(&env)?, move |change: BookingChanged| {
        let on = on.clone();
        async move { usecases::offer_seat(&on.saga.saga(), &on.organiser, &on.payments, change.booking.id).await }
    }))
}
