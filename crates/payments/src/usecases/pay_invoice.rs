use crate::domain::StoredInvoice;
use crate::ports::{Invoices, PaymentMethods, PaymentQueue};
use crate::usecases::get_invoice;
use contracts::idempotency::Kept;
use contracts::{
    Code, IdempotencyKey, InvoiceNumber, InvoiceStatus, PaymentMethod, PaymentWork, Problem, UserId, World, idempotency,
};
use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

/// What a payer sends.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PayRequest {
    /// How they want to pay: one of the invoice's `methods`. If not given, the provider's own choice.
    pub method: Option<PaymentMethod>,
}

/// The namespace of idempotency keys of payments.
const NAMESPACE: Uuid = Uuid::from_u128(0x6b61_7263_6973_4b42_8f6f_6b69_6e67_000a);

/// Asks the worker to settle an invoice, at its payer's request. The outcome comes later, to the client's webhook. What is
/// paid already is answered as it is.
pub async fn pay_invoice(
    invoices: &dyn Invoices,
    (queue, methods): (&dyn PaymentQueue, &dyn PaymentMethods),
    world: &dyn World,
    number: &InvoiceNumber,
    (payer, asked): (UserId, &PayRequest),
    key: Option<&IdempotencyKey>,
) -> Result<StoredInvoice, Problem> {
    let invoice = get_invoice(invoices, number, payer).await?;
    if asked.method.is_some_and(|method| !methods.offered().contains(&method)) {
        return Err(Problem::invalid("method", "One of the invoice's `methods`."));
    }
    idempotency::claim(invoices, (&NAMESPACE, payer), key, world.now(), Kept::ForADay).await?;
    if invoice.status == InvoiceStatus::Paid {
        return Ok(invoice);
    }
    if !invoice.is_open(world.now()) {
        return Err(Problem::new(Code::NotPayable));
    }
    queue.request(&PaymentWork { invoice: number.clone(), method: asked.method }).await?;
    Ok(invoice)
}
