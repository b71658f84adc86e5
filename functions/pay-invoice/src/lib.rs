//! See [`function`].

use contracts::{IdempotencyKey, Invoice, InvoiceNumber};
use lambda::prelude::*;
use payments::adapters::{DynamoInvoices, SimulatedMethods, SqsPaymentQueue};
use payments::usecases::{self, PayRequest};
use serde_json::json;
use settings::PublicUrl;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::Invoices, "/api/invoices/{number}/pay", "Asks for an invoice to be settled, for its payer.")
        .open_to(Users)
        .example(|| json!({"method": "QRIS"}))
        .problems(&[Code::NotPayable, Code::IdempotencyKeyReused])
        .served_by(handle)
}

parts! {
    struct PayInvoice {
        invoices: DynamoInvoices,
        queue: SqsPaymentQueue,
        methods: SimulatedMethods,
        world: Arc<dyn World>,
        public_url: PublicUrl,
    }
}

async fn handle(
    on: Arc<PayInvoice>,
    (caller, Path(number), asked, key): (Caller, Path<InvoiceNumber>, Option<Json<PayRequest>>, Option<IdempotencyKey>),
) -> Result<Accepted<Json<Invoice>>, Problem> {
    let PayInvoice { invoices, queue, methods, world, .. } = &*on;
    let asked = asked.map(|Json(asked)| asked).unwrap_or_default();
    let by = (caller.id, &asked);
    let invoice = usecases::pay_invoice(invoices, (queue, methods), &**world, &number, by, key.as_ref()).await?;
    Ok(Accepted(Json(invoice.view(&on.public_url.0))))
}
