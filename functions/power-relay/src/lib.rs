//! See [`function`].

use contracts::Failure;
use lambda::prelude::*;
use lambda::readable;
use power::adapters::{SnsTopic, streams};
use power::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Stream::of("power", "Tells the topic of purchases that changed.").handled_by(handle)
}

async fn handle(topic: Arc<SnsTopic>, records: Vec<Record>) -> Result<(), (usize, Failure)> {
    let (changes, rest) = readable(records, |record| streams::change(record.new_image));
    usecases::relay(&*topic, &changes).await?;
    rest
}
