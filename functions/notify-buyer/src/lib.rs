//! Mails buyers what became of their purchases, with the receipt of those issued.

use contracts::World;
use lambda::batch::{self, Retry};
use lambda::{Env, Error, Function, aws};
use power::adapters::{DynamoPurchases, PdfReceipts, SesMail};
use power::ports::PurchaseChanged;
use power::usecases;
use std::sync::Arc;

struct NotifyBuyer {
    purchases: DynamoPurchases,
    mail: SesMail,
    receipts: PdfReceipts,
    world: Arc<dyn World>,
}

/// Settings: `POWER_TABLE`, `MAIL_FROM`, `VENUE_UTC_OFFSET_MINUTES`, `QUEUE_URL`, `DEAD_LETTERS_URL`, `RETRY_SECONDS`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let on = Arc::new(NotifyBuyer {
        purchases: DynamoPurchases::new(aws::table(&env, "POWER_TABLE").await?),
        mail: SesMail::new(aws::ses(&env)?, env.text("MAIL_FROM")?),
        receipts: PdfReceipts::new(env.utc_offset("VENUE_UTC_OFFSET_MINUTES")?)?,
        world,
    });
    Ok(batch::sqs(Retry::from_env(&env)?, move |change: PurchaseChanged| {
        let on = on.clone();
        async move { usecases::notify_buyer(&on.purchases, &on.mail, &on.receipts, &*on.world, &change).await }
    }))
}
