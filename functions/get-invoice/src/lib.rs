//! See [`function`].

use contracts::InvoiceNumber;
use lambda::prelude::*;
use payments::adapters::{DynamoInvoices, SimulatedMethods};
use payments::usecases::{self, PayableInvoice};
use settings::PublicUrl;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::Invoices, "/api/invoices/{number}", "An invoice, for its payer and for admins.")
        .open_to(Users)
        .served_by(handle)
}

parts! {
    struct GetInvoice {
        invoices: DynamoInvoices,
        methods: SimulatedMethods,
        public_url: PublicUrl,
    }
}

async fn handle(
    on: Arc<GetInvoice>,
    (caller, Path(number)): (Caller, Path<InvoiceNumber>),
) -> Result<Json<PayableInvoice>, Problem> {
    let GetInvoice { invoices, methods, public_url } = &*on;
    usecases::show_invoice(invoices, methods, (&number, &caller), &public_url.0).await.map(Json)
}
