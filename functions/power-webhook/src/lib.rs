//! `POST /api/webhooks/power-payment`: takes payments' news of purchases.

use contracts::World;
use contracts::webhook::Secrets;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use power::adapters::DynamoPurchases;
use power::usecases;
use std::sync::Arc;

struct PowerWebhook {
    purchases: DynamoPurchases,
    secrets: Secrets,
    world: Arc<dyn World>,
}

/// Settings: `POWER_TABLE`, `WEBHOOK_SECRET`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let purchases = DynamoPurchases::new(aws::table(&env, "POWER_TABLE").await?);
    let on = Arc::new(PowerWebhook { purchases, secrets: env.webhook_secrets("WEBHOOK_SECRET")?, world });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<PowerWebhook>, request: Request) -> Answer {
    let event = http::invoice_event(&request, &on.secrets, on.world.now())?;
    usecases::take_payment_news(&on.purchases, &*on.world, &event).await?;
    http::no_content()
}
