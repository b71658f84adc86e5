//! Settles invoices and tells their clients.

use contracts::{PaymentWork, World};
use lambda::batch::{self, Retry};
use lambda::env::OfService;
use lambda::{Env, Error, Function, SettingError, aws};
use payments::adapters::{DynamoInvoices, FailureRates, HttpWebhooks, SimulatedGateway, Target};
use payments::usecases;
use std::sync::Arc;

struct PaymentWorker {
    invoices: DynamoInvoices,
    gateway: SimulatedGateway,
    webhooks: HttpWebhooks,
    world: Arc<dyn World>,
    public_url: String,
}

/// Settings: `PAYMENTS_TABLE`, `PAYMENT_FAILURE_RATE`, `REFUND_FAILURE_RATE`, `SIMULATION_KEY`, `PUBLIC_URL`,
/// `RETRY_SECONDS`; and for each client `WEBHOOK_URL_<CLIENT>` with `WEBHOOK_SECRET_<CLIENT>`, and `QUEUE_URL_<CLIENT>` with
/// `DEAD_LETTERS_URL_<CLIENT>`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let rates = FailureRates { payment: env.rate("PAYMENT_FAILURE_RATE")?, refund: env.rate("REFUND_FAILURE_RATE")? };
    let on = Arc::new(PaymentWorker {
        invoices: DynamoInvoices::new(aws::table(&env, "PAYMENTS_TABLE").await?),
        gateway: SimulatedGateway::new(rates, env.text("SIMULATION_KEY")?),
        webhooks: HttpWebhooks::new(aws::http(&env)?, world.clone(), targets(&env)?),
        world,
        public_url: env.text("PUBLIC_URL")?,
    });
    Ok(batch::sqs(Retry::of_services(&env)?, move |work: PaymentWork| {
        let on = on.clone();
        async move {
            let PaymentWorker { invoices, gateway, webhooks, world, public_url } = &*on;
            usecases::settle_invoice(invoices, gateway, webhooks, &**world, public_url, &work.invoice).await
        }
    }))
}

fn targets(env: &Env) -> Result<Vec<Target>, SettingError> {
    let target = |of: OfService| {
        let secrets = env.webhook_secrets(&format!("WEBHOOK_SECRET_{}", of.suffix))?;
        Ok(Target { client: of.service, url: of.value, secrets })
    };
    env.of_services("WEBHOOK_URL_")?.into_iter().map(target).collect()
}
