//! See [`function`].

use accounts::adapters::{SnsUserTopic, streams};
use accounts::usecases;
use contracts::Failure;
use lambda::prelude::*;
use lambda::readable;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Stream::of("accounts", "Tells the topic of users.").handled_by(handle)
}

async fn handle(topic: Arc<SnsUserTopic>, records: Vec<Record>) -> Result<(), (usize, Failure)> {
    let (news, rest) = readable(records, |record| streams::news(record.keys, record.new_image));
    usecases::relay_users(&*topic, &news).await?;
    rest
}
