//! `POST /api/webhooks/payment`: takes payments' news.

use contracts::World;
use contracts::webhook::Secrets;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use ticketing::adapters::{QueueUrls, SagaPorts, SqsQueues};
use ticketing::usecases;

struct Webhook {
    saga: SagaPorts,
    secrets: Secrets,
    world: Arc<dyn World>,
}

/// Settings: `TICKETING_TABLE`, `WAITING_OFFER_SECONDS`, `TIMER_QUEUE_URL`, `WEBHOOK_SECRET`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "TICKETING_TABLE").await?;
    let urls = QueueUrls { timers: env.text("TIMER_QUEUE_URL")?, ..QueueUrls::default() };
    let queues = SqsQueues::new(aws::sqs(&env)?, urls);
    let saga = SagaPorts::new(table, queues, world.clone(), env.seconds("WAITING_OFFER_SECONDS", 1..=900)?);
    let on = Arc::new(Webhook { saga, secrets: env.webhook_secrets("WEBHOOK_SECRET")?, world });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<Webhook>, request: Request) -> Answer {
    let event = http::invoice_event(&request, &on.secrets, on.world.now())?;
    usecases::take_payment_news(&on.saga.saga(), &event).await?;
    http::no_content()
}
