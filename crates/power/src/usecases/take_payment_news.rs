use crate::domain::Ending;
use crate::ports::Purchases;
use crate::usecases::hear::{Heard, PurchasePorts, hear, news};
use contracts::webhook::InvoiceEvent;
use contracts::{Problem, PurchaseId, World};

/// Takes news from payments' webhook: the token is asked for, or the purchase fails. The same news a second time
/// changes nothing.
pub async fn take_payment_news(
    purchases: &dyn Purchases,
    world: &dyn World,
    event: &InvoiceEvent,
) -> Result<(), Problem> {
    let (InvoiceEvent::Paid(invoice) | InvoiceEvent::Failed(invoice)) = event;
    let happening = news(invoice, Ending::Expired).ok_or_else(|| Problem::invalid("data.status", "Paid or failed."))?;
    match hear(&PurchasePorts { purchases, world }, PurchaseId::new(invoice.reference), &happening).await? {
        Heard::Now(_) => Ok(()),
        Heard::Unknown => Err(Problem::not_found()),
    }
}
