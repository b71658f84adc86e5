use crate::domain::StoredInvoice;
use crate::ports::{Inserted, Invoices};
use contracts::{Code, CreateInvoice, Problem, Service, World};

/// Makes an invoice. A client's reference has one invoice: a second request with the same contents gets the same
/// invoice, in its current state. A client that finds it `VOID` came too late.
pub async fn create_invoice(
    invoices: &dyn Invoices,
    world: &dyn World,
    client: Service,
    asked: CreateInvoice,
) -> Result<StoredInvoice, Problem> {
    if asked.amount.amount == 0 {
        return Err(Problem::invalid("amount", "An invoice is of more than nothing."));
    }
    let new = StoredInvoice::pending(client, &asked, world.now());
    match invoices.insert(&new).await? {
        Inserted::New => Ok(new),
        Inserted::Existing(old) if old.answers(&asked) => Ok(old),
        Inserted::Existing(_) => Err(Problem::new(Code::ReferenceReused)),
    }
}
