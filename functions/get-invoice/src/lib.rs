//! `GET /api/invoices/{number}`: an invoice, for its payer.

use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use payments::adapters::DynamoInvoices;
use payments::usecases;
use std::sync::Arc;

struct GetInvoice {
    invoices: DynamoInvoices,
    public_url: String,
}

/// Settings: `PAYMENTS_TABLE`, `PUBLIC_URL`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let invoices = DynamoInvoices::new(aws::table(&env, "PAYMENTS_TABLE").await?);
    let on = Arc::new(GetInvoice { invoices, public_url: env.text("PUBLIC_URL")? });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<GetInvoice>, request: Request) -> Answer {
    let caller = http::caller(&request)?;
    let invoice = usecases::get_invoice(&on.invoices, &http::path(&request, "number")?, caller.id).await?;
    http::json(200, &invoice.view(&on.public_url))
}
