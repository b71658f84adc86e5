//! See [`function`].

use lambda::prelude::*;
use ticketing::adapters::{DynamoMismatches, WebhookSecrets};
use ticketing::usecases::{self, BookingPorts};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::Invoices, "/api/webhooks/payment", "Takes payments' news, signed as Standard Webhooks are.")
        .open_to(Signed)
        .example(lambda::describe::invoice_paid)
        .served_by(handle)
}

parts! {
    struct Webhook {
        ports: BookingPorts,
        mismatches: DynamoMismatches,
        secrets: WebhookSecrets,
    }
}

async fn handle(on: Arc<Webhook>, (news,): (SignedNews,)) -> Result<NoContent, Problem> {
    if let Some(event) = news.open(&on.secrets.0, on.ports.world.now())? {
        usecases::take_payment_news(&on.ports, &on.mismatches, &event).await?;
    }
    Ok(NoContent)
}
