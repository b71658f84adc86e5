use crate::domain::{Outcome, Settlement, StoredInvoice};
use crate::ports::{Gateway, Invoices, Webhooks};
use contracts::webhook::InvoiceEvent;
use contracts::{Failure, InvoiceNumber, InvoiceStatus, World};

/// Decides an invoice once, then tells its client. Asked again it tells again and decides nothing.
pub async fn settle_invoice(
    invoices: &dyn Invoices,
    gateway: &dyn Gateway,
    webhooks: &dyn Webhooks,
    world: &dyn World,
    public_url: &str,
    number: &InvoiceNumber,
) -> Result<(), Failure> {
    let Some(invoice) = invoices.get(number).await? else {
        return Err(Failure::permanent("settle an invoice", "there is none of this number"));
    };
    let decided = match (invoice.settlement(world.now()), invoice.terms) {
        (Settlement::Charge, Some(terms)) => {
            let outcome = gateway.charge(invoice.reference, terms.amount).await?;
            let decided = invoices.decide(number, outcome.status(), world.now()).await?.unwrap_or(invoice);
            // Withdrawn while the provider took the money: nobody waits for it any more.
            if outcome == Outcome::Paid && decided.status == InvoiceStatus::Void {
                gateway.refund(decided.reference, terms.amount, 1).await?;
            }
            decided
        }
        (Settlement::Report, _) => invoice,
        (Settlement::Charge | Settlement::Nothing, _) => return Ok(()),
    };
    tell(webhooks, public_url, &decided).await
}

async fn tell(webhooks: &dyn Webhooks, public_url: &str, decided: &StoredInvoice) -> Result<(), Failure> {
    let (word, event) = match decided.status {
        InvoiceStatus::Paid => ("paid", InvoiceEvent::Paid(decided.view(public_url))),
        InvoiceStatus::Failed => ("failed", InvoiceEvent::Failed(decided.view(public_url))),
        // The one who voided it knows.
        InvoiceStatus::Pending | InvoiceStatus::Void | InvoiceStatus::Refunded => return Ok(()),
    };
    webhooks.deliver(&format!("{word}-{}", decided.number), &event).await
}
