//! `POST /api/invoices/{number}/refund`: pays a paid invoice back.

use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use payments::adapters::{DynamoInvoices, FailureRates, SimulatedGateway};
use payments::usecases;
use std::sync::Arc;

struct RefundInvoice {
    invoices: DynamoInvoices,
    gateway: SimulatedGateway,
    world: Arc<dyn World>,
    public_url: String,
}

/// Settings: `PAYMENTS_TABLE`, `PUBLIC_URL`, `REFUND_FAILURE_RATE`, `SIMULATION_KEY`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let rates = FailureRates { refund: env.rate("REFUND_FAILURE_RATE")?, ..FailureRates::default() };
    let on = Arc::new(RefundInvoice {
        invoices: DynamoInvoices::new(aws::table(&env, "PAYMENTS_TABLE").await?),
        gateway: SimulatedGateway::new(rates, env.text("SIMULATION_KEY")?),
        world,
        public_url: env.text("PUBLIC_URL")?,
    });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<RefundInvoice>, request: Request) -> Answer {
    let client = http::service(&request, payments::NAME)?;
    let number = http::path(&request, "number")?;
    let invoice = usecases::refund_invoice(&on.invoices, &on.gateway, &*on.world, &client, &number).await?;
    http::json(200, &invoice.view(&on.public_url))
}
