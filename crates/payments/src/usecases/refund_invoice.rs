use crate::domain::StoredInvoice;
use crate::ports::{Gateway, Invoices};
use contracts::{Code, Failure, InvoiceNumber, InvoiceStatus, Problem, RefundAnswer, Service, World};

/// Pays back the money of a client's paid invoice. A repeated call for a refunded invoice answers it and pays nothing
/// more. A failed attempt may be repeated. What the provider refused for good stays refused, and it is not asked again.
pub async fn refund_invoice(
    invoices: &dyn Invoices,
    gateway: &dyn Gateway,
    world: &dyn World,
    client: &Service,
    number: &InvoiceNumber,
) -> Result<StoredInvoice, Problem> {
    let found = invoices.get(number).await?.filter(|invoice| invoice.client == *client);
    let invoice = found.ok_or_else(Problem::not_found)?;
    let (InvoiceStatus::Paid, None, Some(terms)) = (invoice.status, invoice.refund_refused_at, invoice.terms) else {
        return settled(invoice);
    };
    let Some(attempt) = invoices.begin_refund(number).await? else {
        return settled(invoices.get(number).await?.ok_or_else(Problem::not_found)?);
    };
    let refund = gateway.refund(invoice.reference, terms.amount, attempt).await;
    if refund.map_err(|why| Problem::new(Code::RefundFailed).caused_by(why))? == RefundAnswer::Refused {
        note_refusal(invoices, world, number).await?;
        return Err(Problem::new(Code::RefundRefused));
    }
    settled(invoices.refunded(number, world.now()).await?.ok_or_else(Problem::not_found)?)
}

/// Notes that the provider refused for good to pay money back, and rings for somebody to do it by hand.
pub(super) async fn note_refusal(
    invoices: &dyn Invoices,
    world: &dyn World,
    number: &InvoiceNumber,
) -> Result<(), Failure> {
    // The template's metric filter counts these. It rings first: once the refusal is kept, nobody asks again.
    tracing::error!(mismatches = 1, invoice = %number, "the provider refuses for good to pay money back");
    invoices.refund_refused(number, world.now()).await
}

fn settled(invoice: StoredInvoice) -> Result<StoredInvoice, Problem> {
    match invoice.status {
        InvoiceStatus::Refunded => Ok(invoice),
        InvoiceStatus::Paid if invoice.refund_refused_at.is_some() => Err(Problem::new(Code::RefundRefused)),
        _ => Err(Problem::new(Code::NotRefundable)),
    }
}
