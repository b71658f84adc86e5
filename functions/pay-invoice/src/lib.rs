//! See [`function`].

use contracts::{IdempotencyKey, Invoice, InvoiceNumber};
use lambda::prelude::*;
use payments::adapters::{DynamoInvoices, SqsPaymentQueue};
use payments::usecases;
use settings::PublicUrl;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::Invoices, "/api/invoices/{number}/pay", "Asks for an invoice to be settled, for its payer.")
        .open_to(Users)
        .problems(&[Code::NotPayable, Code::IdempotencyKeyReused])
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
    (caller, Path(number), key): (Caller, Path<InvoiceNumber>, Option<IdempotencyKey>),
) -> Result<Accepted<Json<Invoice>>, Problem> {
    let PayInvoice { invoices, queue, world, .. } = &*on;
    let invoice = usecases::pay_invoice(invoices, queue, &**world, &number, caller.id, key.as_ref()).await?;
    Ok(Accepted(Json(invoice.view(&on.public_url.0))))
}
