//! See [`function`].

use contracts::{Invoice, InvoiceNumber};
use lambda::prelude::*;
use payments::adapters::{DynamoInvoices, SqsPaymentQueue};
use payments::usecases;
use settings::PublicUrl;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    let does = "Notes that an admin paid an invoice back by hand, which the payment provider refuses to do.";
    Route::post(Tag::Invoices, "/api/invoices/{number}/refund-by-hand", does)
        .open_to(ADMINS)
        .problems(&[Code::RefundNotRefused, Code::RefundedBefore])
        .served_by(handle)
}

parts! {
    struct RefundByHand {
        invoices: DynamoInvoices,
        queue: SqsPaymentQueue,
        world: Arc<dyn World>,
        public_url: PublicUrl,
    }
}

async fn handle(
    on: Arc<RefundByHand>,
    (admin, Path(number)): (Caller, Path<InvoiceNumber>),
) -> Result<Json<Invoice>, Problem> {
    let invoice = usecases::refund_by_hand(&on.invoices, &on.queue, &*on.world, admin.id, &number).await?;
    Ok(Json(invoice.view(&on.public_url.0)))
}
