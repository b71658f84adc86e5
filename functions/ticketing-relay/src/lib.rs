//! Tells the topic of bookings that changed, from the table's stream.

use contracts::{Failure, World};
use lambda::batch::{self, Record, Unhandled};
use lambda::{Env, Error, Function, aws};
use std::sync::Arc;
use ticketing::adapters::{SnsTopic, streams};
use ticketing::usecases;

/// Settings: `TOPIC_ARN`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let topic = Arc::new(SnsTopic::new(aws::sns(&env)?, env.text("TOPIC_ARN")?));
    Ok(batch::stream(move |records| handle(topic.clone(), records)))
}

async fn handle(topic: Arc<SnsTopic>, records: Vec<Record>) -> Result<(), Unhandled> {
    let places: Vec<_> = records.iter().map(|record| record.sequence.clone()).collect();
    let unhandled =
        |place: usize, why: Failure| Unhandled { sequence: places.get(place).cloned().unwrap_or_default(), why };
    let mut bookings = Vec::with_capacity(records.len());
    for (place, record) in records.into_iter().enumerate() {
        bookings.push(streams::booking(record.new_image).map_err(|why| unhandled(place, why))?);
    }
    usecases::relay_bookings(&*topic, &bookings).await.map_err(|(place, why)| unhandled(place, why))
}
