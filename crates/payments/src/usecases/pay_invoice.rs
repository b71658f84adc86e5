use crate::domain::StoredInvoice;
use crate::ports::{Invoices, PaymentQueue};
use crate::usecases::get_invoice;
use contracts::{Code, InvoiceNumber, Problem, UserId, World};

/// Asks the worker to settle an invoice, at its payer's request. The outcome comes later, to the client's webhook.
pub async fn pay_invoice(
    invoices: &dyn Invoices,
    queue: &dyn PaymentQueue,
    world: &dyn World,
    number: &InvoiceNumber,
    payer: UserId,
) -> Result<StoredInvoice, Problem> {
    let invoice = get_invoice(invoices, number, payer).await?;
    if !invoice.is_open(world.now()) {
        return Err(Problem::new(Code::NotPayable));
    }
    queue.request(number).await?;
    Ok(invoice)
}
