use crate::domain::StoredInvoice;
use crate::ports::{Inserted, Invoices};
use contracts::{InvoiceNumber, InvoiceStatus, Problem, Service, World};

/// Withdraws a client's invoice and answers it as it is now: `VOID`, or as it was decided before. If there is no
/// invoice, it stores a `VOID` one, so that a late create finds it.
pub async fn void_invoice(
    invoices: &dyn Invoices,
    world: &dyn World,
    client: &Service,
    number: &InvoiceNumber,
) -> Result<StoredInvoice, Problem> {
    let (owner, reference) = number.parts().ok_or_else(Problem::not_found)?;
    if owner != *client {
        return Err(Problem::not_found());
    }
    let now = world.now();
    if let Some(decided) = invoices.decide(number, InvoiceStatus::Void, now).await? {
        return Ok(decided);
    }
    let tombstone = StoredInvoice::tombstone(owner, reference, now);
    match invoices.insert(&tombstone).await? {
        Inserted::New => Ok(tombstone),
        // The invoice was made between the two steps, so it can be voided now.
        Inserted::Existing(made) => Ok(invoices.decide(number, InvoiceStatus::Void, now).await?.unwrap_or(made)),
    }
}
