//! See [`function`].

use contracts::{Invoice, InvoiceNumber};
use lambda::prelude::*;
use payments::adapters::{DynamoInvoices, SqsPaymentQueue};
use payments::usecases;
use settings::PublicUrl;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::Invoices, "/api/invoices/{number}/pay", "Asks for an invoice to be settled, for its payer.")
        .open_to(Users)
        .problems(&[Code::NotPayable])
        .served_by(handle)
}

parts! {
    struct PayInvoice {
        invoices: DynamoInvoices,
        queue: SqsPaymentQueue,
        world: Arc<dyn World>,
        public_url: PublicUrl,
    }
}

async fn handle(
    on: Arc<PayInvoice>,
    (caller, Path(number)): (Caller, Path<InvoiceNumber>),
) -> Result<Accepted<Json<Invoice>>, Problem> {
    let invoice = usecases::pay_invoice(&on.invoices, &on.queue, &*on.world, &number, caller.id).await?;
    Ok(Accepted(Json(invoice.view(&on.public_url.0))))
}
