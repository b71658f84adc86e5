//! See [`function`].

use contracts::{Invoice, InvoiceNumber, Service};
use lambda::prelude::*;
use payments::adapters::{DynamoInvoices, RefundGateway};
use payments::usecases;
use settings::PublicUrl;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::Invoices, "/api/invoices/{number}/refund", "Has a paid invoice of the caller's paid back.")
        .open_to(ServicesCalling(payments::NAME))
        .problems(&[Code::NotRefundable, Code::RefundRefused, Code::RefundFailed])
        .served_by(handle)
}

parts! {
    struct RefundInvoice {
        invoices: DynamoInvoices,
        gateway: RefundGateway,
        world: Arc<dyn World>,
        public_url: PublicUrl,
    }
}

async fn handle(
    on: Arc<RefundInvoice>,
    (client, Path(number)): (Service, Path<InvoiceNumber>),
) -> Result<Json<Invoice>, Problem> {
    let invoice = usecases::refund_invoice(&on.invoices, &on.gateway.0, &*on.world, &client, &number).await?;
    Ok(Json(invoice.view(&on.public_url.0)))
}
