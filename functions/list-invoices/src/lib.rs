//! `GET /api/invoices`: a service's own invoices.

use contracts::{Timestamp, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use payments::adapters::DynamoInvoices;
use payments::usecases;
use std::sync::Arc;

struct ListInvoices {
    invoices: DynamoInvoices,
    public_url: String,
}

/// Settings: `PAYMENTS_TABLE`, `PUBLIC_URL`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let invoices = DynamoInvoices::new(aws::table(&env, "PAYMENTS_TABLE").await?);
    let on = Arc::new(ListInvoices { invoices, public_url: env.text("PUBLIC_URL")? });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<ListInvoices>, request: Request) -> Answer {
    let client = http::service(&request, payments::NAME)?;
    http::only_query(&request, &["since", "limit", "cursor"])?;
    let page = http::page(&request)?;
    let since = http::query(&request, "since")?.unwrap_or(Timestamp::from_millis(0));
    let found = usecases::list_invoices(&on.invoices, &client, since, page.limit, page.cursor.as_deref());
    let (found, next) = found.await?;
    let views: Vec<_> = found.iter().map(|invoice| invoice.view(&on.public_url)).collect();
    http::list(&views, next.as_deref())
}
