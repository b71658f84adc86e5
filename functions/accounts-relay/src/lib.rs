//! Tells the topic of users.

use accounts::adapters::{SnsUserTopic, streams};
use accounts::usecases;
use contracts::{Failure, World};
use lambda::batch::{self, Record};
use lambda::{Env, Error, Function, aws};
use std::sync::Arc;

/// Settings: `TOPIC_ARN`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let topic = Arc::new(SnsUserTopic::new(aws::sns(&env)?, env.text("TOPIC_ARN")?));
    Ok(batch::stream(move |records| handle(topic.clone(), records)))
}

async fn handle(topic: Arc<SnsUserTopic>, records: Vec<Record>) -> Result<(), (usize, Failure)> {
    let (news, rest) = batch::readable(records, |record| streams::news(record.keys, record.new_image));
    usecases::relay_users(&*topic, &news).await?;
    rest
}
