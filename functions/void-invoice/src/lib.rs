//! `POST /api/invoices/{number}/void`: a service withdraws its invoice.

use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use payments::adapters::DynamoInvoices;
use payments::usecases;
use std::sync::Arc;

struct VoidInvoice {
    invoices: DynamoInvoices,
    world: Arc<dyn World>,
    public_url: String,
}

/// Settings: `PAYMENTS_TABLE`, `PUBLIC_URL`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let invoices = DynamoInvoices::new(aws::table(&env, "PAYMENTS_TABLE").await?);
    let on = Arc::new(VoidInvoice { invoices, world, public_url: env.text("PUBLIC_URL")? });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<VoidInvoice>, request: Request) -> Answer {
    let client = http::service(&request, payments::NAME)?;
    let number = http::path(&request, "number")?;
    let invoice = usecases::void_invoice(&on.invoices, &*on.world, &client, &number).await?;
    http::json(200, &invoice.view(&on.public_url))
}
