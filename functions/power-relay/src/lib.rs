//! See [`function`].

use contracts::Failure;
use lambda::prelude::*;
use lambda::readable;
use power::adapters::{SnsTopic, SqsLive, streams};
use power::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Stream::of("power", "Tells the topic of purchases that changed.").handled_by(handle)
}

parts! {
    struct PowerRelay {
        live: SqsLive,
        topic: SnsTopic,
    }
}

async fn handle(on: Arc<PowerRelay>, records: Vec<Record>) -> Result<(), (usize, Failure)> {
    let (changed, rest) = readable(records, |record| streams::purchase(record.new_image));
    usecases::relay(&on.live, &on.topic, &changed).await?;
    rest
}
