//! See [`function`].

use contracts::{Failure, PaymentWork};
use lambda::prelude::*;
use payments::usecases::{self, SettleInvoice};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Queue::of_services(&["payment-worker", "power-payment"], "Settles invoices and tells their clients.")
        .handled_by(handle)
}

async fn handle(on: Arc<SettleInvoice>, work: PaymentWork) -> Result<(), Failure> {
    usecases::settle_invoice(&on, &work).await
}
