//! `POST /api/invoices`: makes an invoice for a service.

use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use payments::adapters::DynamoInvoices;
use payments::usecases;
use std::sync::Arc;

struct CreateInvoice {
    invoices: DynamoInvoices,
    world: Arc<dyn World>,
    public_url: String,
}

/// Settings: `PAYMENTS_TABLE`, `PUBLIC_URL`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let invoices = DynamoInvoices::new(aws::table(&env, "PAYMENTS_TABLE").await?);
    let on = Arc::new(CreateInvoice { invoices, world, public_url: env.text("PUBLIC_URL")? });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<CreateInvoice>, request: Request) -> Answer {
    let client = http::service(&request, payments::NAME)?;
    let asked = http::body(&request)?;
    let invoice = usecases::create_invoice(&on.invoices, &*on.world, client, asked).await?;
    http::json(201, &invoice.view(&on.public_url))
}
