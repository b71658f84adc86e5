//! See [`function`].

use contracts::{Invoice, InvoiceNumber, Service};
use lambda::prelude::*;
use payments::adapters::DynamoInvoices;
use payments::usecases;
use settings::PublicUrl;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::Invoices, "/api/invoices/{number}/void", "Withdraws an invoice of the caller's, made or not.")
        .open_to(ServicesCalling(payments::NAME))
        .served_by(handle)
}

parts! {
    struct VoidInvoice {
        invoices: DynamoInvoices,
        world: Arc<dyn World>,
        public_url: PublicUrl,
    }
}

async fn handle(
    on: Arc<VoidInvoice>,
    (client, Path(number)): (Service, Path<InvoiceNumber>),
) -> Result<Json<Invoice>, Problem> {
    let invoice = usecases::void_invoice(&on.invoices, &*on.world, &client, &number).await?;
    Ok(Json(invoice.view(&on.public_url.0)))
}
