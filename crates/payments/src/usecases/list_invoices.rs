use crate::domain::StoredInvoice;
use crate::ports::Invoices;
use contracts::{Problem, Service, Timestamp};

/// A page of the client's own invoices made since then, oldest first, and the cursor of the next.
pub async fn list_invoices(
    invoices: &dyn Invoices,
    client: &Service,
    since: Timestamp,
    limit: i32,
    cursor: Option<&str>,
) -> Result<(Vec<StoredInvoice>, Option<String>), Problem> {
    let page = invoices.since(client, since, limit, cursor).await?;
    page.ok_or_else(|| Problem::invalid("cursor", "Not a cursor that a page before this one answered."))
}
