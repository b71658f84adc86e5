//! See [`function`].

use lambda::prelude::*;
use serde_json::{Value, json};
use ticketing::usecases::{self, BookingPorts};

/// Defines this Lambda function. It answers `{"served": <number of seats that were offered>}`.
pub fn function() -> impl Definition {
    Invoked::on_schedule("Offers seats that were given up while their events did not sell.").served_by(handle)
}

async fn handle(on: Arc<BookingPorts>, _: Value) -> Result<Value, Error> {
    Ok(json!({"served": usecases::serve_lines(&on).await?}))
}
