//! `POST /api/bookings`: books seats.

use contracts::keys::digest;
use contracts::{Problem, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use std::time::Duration;
use ticketing::adapters::{
    CachedPlans, DynamoBookings, DynamoEvents, HttpOrganiserSystem, HttpPayments, ServiceTokens, SqsQueues,
};
use ticketing::usecases;
use ticketing::usecases::book::{Book, BookRequest, IdempotencyKey};

struct Wiring {
    plans: CachedPlans,
    bookings: DynamoBookings,
    organiser: HttpOrganiserSystem,
    payments: HttpPayments,
    queues: SqsQueues,
    world: Arc<dyn World>,
    hold: Duration,
}

/// Settings: `TICKETING_TABLE`, `HOLD_SECONDS`, `TIMER_QUEUE_URL`, `PAYMENT_QUEUE_URL`, `SERVICE_KEY`, `ORGANISER_URL`,
/// `PAYMENTS_URL`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "TICKETING_TABLE").await?;
    let web = aws::http()?;
    let tokens = Arc::new(ServiceTokens::new(env.signing_key("SERVICE_KEY")?, world.clone()));
    let on = Arc::new(Wiring {
        plans: CachedPlans::new(Arc::new(DynamoEvents::new(table.clone())), world.clone()),
        bookings: DynamoBookings::new(table),
        organiser: HttpOrganiserSystem::new(web.clone(), tokens.clone(), env.text("ORGANISER_URL")?),
        payments: HttpPayments::new(web, tokens, env.text("PAYMENTS_URL")?),
        queues: SqsQueues::new(aws::sqs(&env)?, env.text("TIMER_QUEUE_URL")?, env.text("PAYMENT_QUEUE_URL")?),
        world,
        hold: env.seconds("HOLD_SECONDS", 1..=900)?,
    });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<Wiring>, request: Request) -> Answer {
    let caller = http::caller(&request)?;
    let asked: BookRequest = http::body(&request)?;
    let key = idempotency_key(&request)?;
    let book = Book {
        plans: &on.plans,
        bookings: &on.bookings,
        organiser: &on.organiser,
        payments: &on.payments,
        queues: &on.queues,
        world: &*on.world,
        hold: on.hold,
    };
    http::json(201, &usecases::book(&book, &caller, &asked, key.as_ref()).await?.view())
}

fn idempotency_key(request: &Request) -> Result<Option<IdempotencyKey>, Problem> {
    if !request.headers().contains_key("idempotency-key") {
        return Ok(None);
    }
    let key = http::header(request, "idempotency-key").filter(|key| (1..=255).contains(&key.len()));
    let key = key.ok_or_else(|| Problem::invalid("Idempotency-Key", "1 to 255 ASCII characters."))?;
    Ok(Some(IdempotencyKey { key: key.to_owned(), digest: digest(http::raw_body(request)?) }))
}
