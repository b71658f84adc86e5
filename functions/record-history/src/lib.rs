//! See [`function`].

use accounts::adapters::DynamoHistory;
use accounts::usecases;
use contracts::{BookingChanged, Failure};
use lambda::prelude::*;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Queue::of("record-history", "Keeps each user's booking history, as ticketing tells it.").handled_by(handle)
}

async fn handle(history: Arc<DynamoHistory>, change: BookingChanged) -> Result<(), Failure> {
    usecases::record_history(&*history, &change).await
}
