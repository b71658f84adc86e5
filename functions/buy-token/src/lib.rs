//! `POST /api/power/purchases`: buys a power token.

use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use power::NAME;
use power::adapters::{
    DynamoMeters, DynamoProducts, DynamoPurchases, HttpPayments, HttpPowerCompany, QueueUrls, ServiceTokens, SqsQueues,
};
use power::usecases;
use power::usecases::buy_token::{Buy, BuyRequest};
use std::sync::Arc;
use std::time::Duration;
use time::UtcOffset;

struct Wiring {
    products: DynamoProducts,
    meters: DynamoMeters,
    purchases: DynamoPurchases,
    queues: SqsQueues,
    payments: HttpPayments,
    company: HttpPowerCompany,
    world: Arc<dyn World>,
    time_to_pay: Duration,
    clock: UtcOffset,
}

/// Settings: `POWER_TABLE`, `PURCHASE_SECONDS`, `VENUE_UTC_OFFSET_MINUTES`, `TIMER_QUEUE_URL`, `PAYMENT_QUEUE_URL`,
/// `SERVICE_KEY`, `PAYMENTS_URL`, `COMPANY_URL`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let (table, web) = (aws::table(&env, "POWER_TABLE").await?, aws::http(&env)?);
    let tokens = Arc::new(ServiceTokens::new(NAME, env.signing_key("SERVICE_KEY")?, world.clone()));
    let urls = QueueUrls { timers: env.text("TIMER_QUEUE_URL")?, payments: env.text("PAYMENT_QUEUE_URL")? };
    let on = Arc::new(Wiring {
        products: DynamoProducts::new(table.clone()),
        meters: DynamoMeters::new(table.clone()),
        purchases: DynamoPurchases::new(table),
        queues: SqsQueues::new(aws::sqs(&env)?, urls),
        payments: HttpPayments::new(web.clone(), tokens.clone(), env.text("PAYMENTS_URL")?),
        company: HttpPowerCompany::new(web, tokens, env.text("COMPANY_URL")?),
        world,
        time_to_pay: env.seconds("PURCHASE_SECONDS", 1..=900)?,
        clock: env.utc_offset("VENUE_UTC_OFFSET_MINUTES")?,
    });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<Wiring>, request: Request) -> Answer {
    let caller = http::caller(&request)?;
    let asked: BuyRequest = http::body(&request)?;
    let key = http::idempotency(&request)?;
    let buy = Buy {
        products: &on.products,
        meters: &on.meters,
        purchases: &on.purchases,
        queues: &on.queues,
        payments: &on.payments,
        company: &on.company,
        world: &*on.world,
        time_to_pay: on.time_to_pay,
        clock: on.clock,
    };
    let purchase = usecases::buy_token(&buy, &caller, &asked, key.as_ref()).await?;
    http::versioned(201, &purchase.view(), purchase.version)
}
