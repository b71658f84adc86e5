//! See [`function`].

use lambda::prelude::*;
use serde_json::{Value, json};
use ticketing::usecases::{self, Reconcile};

/// Defines this Lambda function. It answers `{"mismatches": <number of new mismatches>}`.
pub fn function() -> impl Definition {
    Invoked::on_schedule("Compares bookings and seats with invoices.").served_by(handle)
}

async fn handle(on: Arc<Reconcile>, _: Value) -> Result<Value, Error> {
    let found = usecases::reconcile(&on).await?;
    if !found.is_empty() {
        usecases::alarm(found.len());
    }
    Ok(json!({"mismatches": found.len()}))
}
