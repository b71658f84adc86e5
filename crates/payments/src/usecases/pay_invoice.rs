use crate::domain::StoredInvoice;
use crate::ports::{Invoices, PaymentQueue};
use crate::usecases::get_invoice;
use contracts::idempotency::Kept;
use contracts::{Code, IdempotencyKey, InvoiceNumber, InvoiceStatus, Problem, UserId, World, idempotency};
use uuid::Uuid;

/// The namespace of idempotency keys of payments.
const NAMESPACE: Uuid = Uuid::from_u128(0x6b61_7263_6973_4b42_8f6f_6b69_6e67_000a);

/// Asks the worker to settle an invoice, at its payer's request. The outcome comes later, to the client's webhook. What is
/// paid already is answered as it is.
pub async fn pay_invoice(
    invoices: &dyn Invoices,
    queue: &dyn PaymentQueue,
    world: &dyn World,
    number: &InvoiceNumber,
    payer: UserId,
    key: Option<&IdempotencyKey>,
) -> Result<StoredInvoice, Problem> {
    let invoice = get_invoice(invoices, number, payer).await?;
    idempotency::claim(invoices, (&NAMESPACE, payer), key, world.now(), Kept::ForADay).await?;
    if invoice.status == InvoiceStatus::Paid {
        return Ok(invoice);
    }
    if !invoice.is_open(world.now()) {
        return Err(Problem::new(Code::NotPayable));
    }
    queue.request(number).await?;
    Ok(invoice)
}
