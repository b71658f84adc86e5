use crate::domain::StoredInvoice;
use crate::ports::Invoices;
use contracts::page::foreign_cursor;
use contracts::{Page, PageRequest, Problem, Service, Timestamp};

/// A page of the client's own invoices made at `since` or later, oldest first.
pub async fn list_invoices(
    invoices: &dyn Invoices,
    client: &Service,
    since: Timestamp,
    asked: &PageRequest,
) -> Result<Page<StoredInvoice>, Problem> {
    invoices.since(client, since, asked).await?.ok_or_else(foreign_cursor)
}
