//! Tells the topic of purchases that changed, from the table's stream.

use contracts::{Failure, World};
use lambda::batch::{self, Record};
use lambda::{Env, Error, Function, aws};
use power::adapters::{SnsTopic, streams};
use power::usecases;
use std::sync::Arc;

/// Settings: `PURCHASES_TOPIC_ARN`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let topic = Arc::new(SnsTopic::new(aws::sns(&env)?, env.text("PURCHASES_TOPIC_ARN")?));
    Ok(batch::stream(move |records| handle(topic.clone(), records)))
}

async fn handle(topic: Arc<SnsTopic>, records: Vec<Record>) -> Result<(), (usize, Failure)> {
    let (changes, rest) = batch::readable(records, |record| streams::change(record.new_image));
    usecases::relay(&*topic, &changes).await?;
    rest
}
