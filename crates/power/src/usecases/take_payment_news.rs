use crate::domain::{Ending, Happening};
use crate::ports::Purchases;
use crate::usecases::hear::{PurchasePorts, compare_sums, hear_from, news};
use contracts::webhook::InvoiceEvent;
use contracts::{Failure, PurchaseId, World};

/// Takes news from payments' webhook: the token is asked for, or the purchase fails. The same news a second time
/// changes nothing. News of somebody else's purchase, and news that decides nothing, change nothing.
///
/// Less money than the purchase costs never buys a token: its time runs out, and then the invoice decides. More money
/// buys it. Both raise the alarm.
///
/// News of a refund is of one that was made by hand, because the provider refused to make it.
pub async fn take_payment_news(
    purchases: &dyn Purchases,
    world: &dyn World,
    event: &InvoiceEvent,
) -> Result<(), Failure> {
    let invoice = event.invoice();
    let purchase = purchases.get(PurchaseId::new(invoice.reference)).await?;
    let Some(purchase) = purchase.filter(|purchase| purchase.invoice_number().as_ref() == Some(&invoice.number)) else {
        tracing::warn!(invoice = %invoice.number, "news of an invoice that is not of our purchases");
        return Ok(());
    };
    compare_sums(invoice, &purchase);
    let news = match event {
        InvoiceEvent::Refunded(_) => Some(Happening::Refunded),
        InvoiceEvent::Paid(_) | InvoiceEvent::Failed(_) => news(invoice, purchase.total, Ending::Expired),
    };
    match news {
        None | Some(Happening::Underpaid(_)) => {
            tracing::warn!(invoice = %invoice.number, status = ?invoice.status, "news that decides nothing");
            Ok(())
        }
        Some(happening) => hear_from(&PurchasePorts { purchases, world }, purchase, &happening).await.map(drop),
    }
}
