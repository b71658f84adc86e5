//! `POST /api/bookings/{id}/cancel`: gives a booking up.

use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use std::time::Duration;
use ticketing::adapters::{HttpPayments, QueueUrls, SagaPorts, ServiceTokens, SqsQueues};
use ticketing::usecases;

struct CancelBooking {
    saga: SagaPorts,
    payments: HttpPayments,
    notice: Duration,
}

/// Settings: `TICKETING_TABLE`, `WAITING_OFFER_SECONDS`, `TIMER_QUEUE_URL`, `SERVICE_KEY`, `PAYMENTS_URL`,
/// `CANCEL_HOURS`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "TICKETING_TABLE").await?;
    let tokens = Arc::new(ServiceTokens::new(ticketing::NAME, env.signing_key("SERVICE_KEY")?, world.clone()));
    let urls = QueueUrls { timers: env.text("TIMER_QUEUE_URL")?, ..QueueUrls::default() };
    let queues = SqsQueues::new(aws::sqs(&env)?, urls);
    let on = Arc::new(CancelBooking {
        saga: SagaPorts::new(table, queues, world, env.seconds("WAITING_OFFER_SECONDS", 1..=900)?),
        payments: HttpPayments::new(aws::http(&env)?, tokens, env.text("PAYMENTS_URL")?),
        notice: Duration::from_hours(env.parse("CANCEL_HOURS")?),
    });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<CancelBooking>, request: Request) -> Answer {
    let caller = http::caller(&request)?;
    let (id, seen) = (http::path(&request, "id")?, http::if_match(&request)?);
    let booking = usecases::cancel_booking(&on.saga.saga(), &on.payments, on.notice, id, caller.id, seen).await?;
    http::versioned(200, &booking.view(), booking.version)
}
