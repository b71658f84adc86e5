use crate::domain::StoredInvoice;
use crate::ports::{Gateway, Invoices};
use contracts::{Code, InvoiceNumber, InvoiceStatus, Problem, Service, World};

/// Pays back the money of a client's paid invoice. A repeated call for a refunded invoice answers it and pays nothing
/// more. A failed attempt may be repeated.
pub async fn refund_invoice(
    invoices: &dyn Invoices,
    gateway: &dyn Gateway,
    world: &dyn World,
    client: &Service,
    number: &InvoiceNumber,
) -> Result<StoredInvoice, Problem> {
    let found = invoices.get(number).await?.filter(|invoice| invoice.client == *client);
    let invoice = found.ok_or_else(Problem::not_found)?;
    let (InvoiceStatus::Paid, Some(terms)) = (invoice.status, invoice.terms) else {
        return settled(invoice);
    };
    let Some(attempt) = invoices.begin_refund(number).await? else {
        return settled(invoices.get(number).await?.ok_or_else(Problem::not_found)?);
    };
    let refund = gateway.refund(invoice.reference, terms.amount, attempt).await;
    refund.map_err(|why| Problem::new(Code::RefundFailed).caused_by(why))?;
    settled(invoices.refunded(number, world.now()).await?.ok_or_else(Problem::not_found)?)
}

fn settled(invoice: StoredInvoice) -> Result<StoredInvoice, Problem> {
    if invoice.status == InvoiceStatus::Refunded { Ok(invoice) } else { Err(Problem::new(Code::NotRefundable)) }
}
