//! See [`function`].

use contracts::{CreateInvoice, Invoice, Service};
use lambda::prelude::*;
use payments::adapters::DynamoInvoices;
use payments::usecases;
use serde_json::{Value, json};
use settings::PublicUrl;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::Invoices, "/api/invoices", "Makes the invoice of a reference, for the calling service.")
        .open_to(ServicesCalling(payments::NAME))
        .example(example)
        .problems(&[Code::ReferenceReused])
        .served_by(handle)
}

fn example() -> Value {
    json!({"reference": "019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11", "payer": "019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e12",
        "amount": {"amount": 5_000_000, "currency": "IDR"}, "expires_at": "2030-01-01T12:00:00Z"})
}

parts! {
    struct Parts {
        invoices: DynamoInvoices,
        world: Arc<dyn World>,
        public_url: PublicUrl,
    }
}

async fn handle(
    on: Arc<Parts>,
    (client, Json(asked)): (Service, Json<CreateInvoice>),
) -> Result<Created<Json<Invoice>>, Problem> {
    let invoice = usecases::create_invoice(&on.invoices, &*on.world, client, asked).await?;
    Ok(Created(Json(invoice.view(&on.public_url.0))))
}
