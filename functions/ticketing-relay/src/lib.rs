//! Tells the topic of bookings that changed, from the table's stream.

use contracts::{Failure, World};
use lambda::batch::{self, Record};
use lambda::{Env, Error, Function, aws};
use std::sync::Arc;
use ticketing::adapters::{SnsTopic, streams};
use ticketing::usecases;

/// Settings: `TOPIC_ARN`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let topic = Arc::new(SnsTopic::new(aws::sns(&env)?, env.text("TOPIC_ARN")?));
    Ok(batch::stream(move |records| handle(topic.clone(), records)))
}

async fn handle(topic: Arc<SnsTopic>, records: Vec<Record>) -> Result<(), (usize, Failure)> {
    let (bookings, rest) = batch::readable(records, |record| streams::booking(record.new_image));
    usecases::relay_bookings(&*topic, &bookings).await?;
    rest
}
