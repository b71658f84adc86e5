use crate::domain::StoredInvoice;
use crate::ports::Invoices;
use contracts::{InvoiceNumber, Problem, UserId};

/// An invoice, for its payer. Anybody else gets the same answer as for an invoice that does not exist.
pub async fn get_invoice(
    invoices: &dyn Invoices,
    number: &InvoiceNumber,
    payer: UserId,
) -> Result<StoredInvoice, Problem> {
    let found = invoices.get(number).await?;
    found.filter(|invoice| invoice.is_payable_by(payer)).ok_or_else(Problem::not_found)
}
