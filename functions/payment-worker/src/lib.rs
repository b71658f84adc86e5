//! Settles invoices and tells their clients.

use contracts::{PaymentWork, World};
use lambda::batch::{self, Retry};
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
/// `QUEUE_URL`, `DEAD_LETTERS_URL`, `RETRY_SECONDS`; and for each client
/// `WEBHOOK_URL_<CLIENT>` with `WEBHOOK_SECRET_<CLIENT>`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let rates = FailureRates { payment: env.rate("PAYMENT_FAILURE_RATE")?, refund: env.rate("REFUND_FAILURE_RATE")? };
    let on = Arc::new(PaymentWorker {
        invoices: DynamoInvoices::new(aws::table(&env, "PAYMENTS_TABLE").await?),
        gateway: SimulatedGateway::new(world.clone(), rates, env.text("SIMULATION_KEY")?),
        webhooks: HttpWebhooks::new(aws::http(&env)?, world.clone(), targets(&env)?),
        world,
        public_url: env.text("PUBLIC_URL")?,
    });
    Ok(batch::sqs(Retry::from_env(&env)?, move |work: PaymentWork| {
        let on = on.clone();
        async move {
            let PaymentWorker { invoices, gateway, webhooks, world, public_url } = &*on;
            usecases::settle_invoice(invoices, gateway, webhooks, &**world, public_url, &work.invoice).await
        }
    }))
}

fn targets(env: &Env) -> Result<Vec<Target>, SettingError> {
    const PREFIX: &str = "WEBHOOK_URL_";
    let clients = env.names(PREFIX).into_iter();
    clients.map(|setting| target(env, &setting, setting.strip_prefix(PREFIX).unwrap_or_default())).collect()
}

fn target(env: &Env, setting: &str, client: &str) -> Result<Target, SettingError> {
    let secrets = env.webhook_secrets(&format!("WEBHOOK_SECRET_{client}"))?;
    let name = client.to_lowercase().replace('_', "-").parse();
    Ok(Target { client: name.map_err(|_| SettingError::unreadable(setting))?, url: env.text(setting)?, secrets })
}
