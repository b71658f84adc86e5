//! `POST /api/bookings`: books seats.

use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use std::time::Duration;
use ticketing::adapters::{
    CachedPlans, DynamoEvents, HttpOrganiserSystem, HttpPayments, QueueUrls, SagaPorts, ServiceTokens, SqsQueues,
};
use ticketing::usecases;
use ticketing::usecases::book::{Book, BookRequest};

struct Wiring {
    plans: CachedPlans,
    saga: SagaPorts,
    organiser: HttpOrganiserSystem,
    payments: HttpPayments,
    hold: Duration,
}

/// Settings: `TICKETING_TABLE`, `HOLD_SECONDS`, `WAITING_OFFER_SECONDS`, `TIMER_QUEUE_URL`, `PAYMENT_QUEUE_URL`,
/// `SERVICE_KEY`, `ORGANISER_URL`, `ORGANISER_SCHEME`, `PAYMENTS_URL`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "TICKETING_TABLE").await?;
    let (web, outside) = (aws::http(&env)?, aws::http_outside(&env)?);
    let tokens = Arc::new(ServiceTokens::new(ticketing::NAME, env.signing_key("SERVICE_KEY")?, world.clone()));
    let (timers, payments) = (env.text("TIMER_QUEUE_URL")?, env.text("PAYMENT_QUEUE_URL")?);
    let queues = SqsQueues::new(aws::sqs(&env)?, QueueUrls { timers, payments, ..QueueUrls::default() });
    let on = Arc::new(Wiring {
        plans: CachedPlans::new(Arc::new(DynamoEvents::new(table.clone())), world.clone()),
        saga: SagaPorts::new(table, queues, world, env.seconds("WAITING_OFFER_SECONDS", 1..=900)?),
        organiser: HttpOrganiserSystem::new(web.clone(), outside, tokens.clone(), env.text("ORGANISER_URL")?),
        payments: HttpPayments::new(web, tokens, env.text("PAYMENTS_URL")?),
        hold: env.seconds("HOLD_SECONDS", 1..=900)?,
    });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<Wiring>, request: Request) -> Answer {
    let caller = http::caller(&request)?;
    let asked: BookRequest = http::body(&request)?;
    let key = http::idempotency(&request)?;
    let book = Book {
        plans: &on.plans,
        saga: on.saga.saga(),
        organiser: &on.organiser,
        payments: &on.payments,
        hold: on.hold,
    };
    let booking = usecases::book(&book, &caller, &asked, key.as_ref()).await?;
    http::versioned(201, &booking.view(), booking.version)
}
