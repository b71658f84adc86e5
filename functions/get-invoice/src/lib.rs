//! See [`function`].

use contracts::{Invoice, InvoiceNumber};
use lambda::prelude::*;
use payments::adapters::DynamoInvoices;
use payments::usecases;
use settings::PublicUrl;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::Invoices, "/api/invoices/{number}", "An invoice, for its payer.").open_to(Users).served_by(handle)
}

parts! {
    struct GetInvoice {
        invoices: DynamoInvoices,
        public_url: PublicUrl,
    }
}

async fn handle(
    on: Arc<GetInvoice>,
    (caller, Path(number)): (Caller, Path<InvoiceNumber>),
) -> Result<Json<Invoice>, Problem> {
    let invoice = usecases::get_invoice(&on.invoices, &number, caller.id).await?;
    Ok(Json(invoice.view(&on.public_url.0)))
}
