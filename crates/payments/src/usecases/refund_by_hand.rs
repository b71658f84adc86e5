use crate::domain::StoredInvoice;
use crate::ports::{Invoices, PaymentQueue};
use contracts::{Code, InvoiceNumber, InvoiceStatus, PaymentWork, Problem, UserId, World};

/// Notes that an admin paid the money of an invoice back by hand, because the provider refused to, and has its client
/// told. Repeated by the same admin, it changes nothing and has the client told again. Another admin is refused: they
/// are not to pay it a second time.
pub async fn refund_by_hand(
    invoices: &dyn Invoices,
    queue: &dyn PaymentQueue,
    world: &dyn World,
    admin: UserId,
    number: &InvoiceNumber,
) -> Result<StoredInvoice, Problem> {
    let mut invoice = invoices.get(number).await?.ok_or_else(Problem::not_found)?;
    if invoice.refunded_by.is_none() {
        let to = invoice.after_refund_by_hand().ok_or_else(|| Problem::new(Code::RefundNotRefused))?;
        let noted = invoices.refunded_by_hand(number, (invoice.status, to), admin, world.now()).await?;
        invoice = noted.ok_or_else(Problem::not_found)?;
    }
    if invoice.refunded_by != Some(admin) {
        return Err(Problem::new(Code::RefundedBefore));
    }
    if invoice.status == InvoiceStatus::Refunded {
        queue.request(&PaymentWork { invoice: number.clone(), method: None }).await?;
    }
    Ok(invoice)
}
