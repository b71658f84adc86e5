//! Settles an invoice: decides it once and tells its client, or pays money back if the invoice was withdrawn.

use crate::domain::{Settlement, StoredInvoice};
use crate::ports::{Gateway, Invoices, Webhooks};
use crate::usecases::refund_invoice::note_refusal;
use contracts::webhook::InvoiceEvent;
use contracts::{Failure, InvoiceStatus, PaymentWork, RefundAnswer, World};
use std::sync::Arc;

/// What settling needs.
pub struct SettleInvoice {
    /// The invoices kept.
    pub invoices: Arc<dyn Invoices>,
    /// The payment provider.
    pub gateway: Arc<dyn Gateway>,
    /// Tells clients.
    pub webhooks: Arc<dyn Webhooks>,
    /// The clock.
    pub world: Arc<dyn World>,
    /// Where people reach Karcis.
    pub public_url: String,
}

/// Decides an invoice once, then tells its client. A repeated call tells the client again, and decides nothing.
///
/// If the invoice was withdrawn, the provider pays back what it took, if anything, because nobody waits for that
/// payment any more. The withdrawal may have come before this call, or while the provider was asked, in this try or in
/// an earlier one that died.
pub async fn settle_invoice(on: &SettleInvoice, work: &PaymentWork) -> Result<(), Failure> {
    let number = &work.invoice;
    let SettleInvoice { invoices, gateway, webhooks, world, public_url } = on;
    let Some(invoice) = invoices.get(number).await? else {
        return Err(Failure::permanent("settle an invoice", "there is none of this number"));
    };
    let decided = match (invoice.settlement(world.now()), invoice.terms) {
        (Settlement::Charge, Some(terms)) => {
            let outcome = gateway.charge(invoice.reference, terms.amount, work.method).await?;
            invoices.decide(number, outcome.status(), world.now()).await?.unwrap_or(invoice)
        }
        (Settlement::Wait, _) => {
            return Err(Failure::transient("settle an invoice", "its time is over and it is not withdrawn yet"));
        }
        (Settlement::Charge | Settlement::Nothing, _) => return Ok(()),
        (Settlement::Report | Settlement::PayBack, _) => invoice,
    };
    match (decided.status, decided.terms) {
        (InvoiceStatus::Void, Some(terms)) => {
            // Attempts are counted, because a provider may fail one and not the next.
            let Some(attempt) = invoices.begin_refund(number).await? else { return Ok(()) };
            match gateway.refund(decided.reference, terms.amount, attempt).await? {
                RefundAnswer::PaidBack => Ok(()),
                RefundAnswer::Refused => note_refusal(&**invoices, &**world, number).await,
            }
        }
        _ => tell(&**webhooks, public_url, &decided).await,
    }
}

async fn tell(webhooks: &dyn Webhooks, public_url: &str, decided: &StoredInvoice) -> Result<(), Failure> {
    let (word, event) = match decided.status {
        InvoiceStatus::Paid => ("paid", InvoiceEvent::Paid(decided.view(public_url))),
        InvoiceStatus::Failed => ("failed", InvoiceEvent::Failed(decided.view(public_url))),
        InvoiceStatus::Refunded if decided.refunded_by.is_some() => {
            ("refunded", InvoiceEvent::Refunded(decided.view(public_url)))
        }
        // Nothing is decided yet, or the client itself voided or refunded it, and knows.
        InvoiceStatus::Pending | InvoiceStatus::Void | InvoiceStatus::Refunded => return Ok(()),
    };
    webhooks.deliver(&format!("{word}-{}", decided.number), &event).await
}
