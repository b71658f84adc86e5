//! See [`function`].

use lambda::prelude::*;
use power::adapters::{DynamoPurchases, WebhookSecrets};
use power::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    let does = "Takes payments' news of purchases, signed as Standard Webhooks are.";
    Route::post(Tag::PowerTokens, "/api/webhooks/power-payment", does)
        .open_to(Signed)
        .example(lambda::describe::invoice_paid)
        .served_by(handle)
}

parts! {
    struct PowerWebhook {
        purchases: DynamoPurchases,
        secrets: WebhookSecrets,
        world: Arc<dyn World>,
    }
}

async fn handle(on: Arc<PowerWebhook>, (news,): (SignedNews,)) -> Result<NoContent, Problem> {
    if let Some(event) = news.open(&on.secrets.0, on.world.now())? {
        usecases::take_payment_news(&on.purchases, &*on.world, &event).await?;
    }
    Ok(NoContent)
}
