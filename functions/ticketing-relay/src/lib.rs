//! Tells the topics of bookings and events that changed, and of mismatches, from the table's stream.

use contracts::{Failure, World};
use lambda::batch::{self, Record};
use lambda::{Env, Error, Function, aws};
use std::sync::Arc;
use ticketing::adapters::{SnsTopics, TicketLinks, streams};
use ticketing::usecases;

struct TicketingRelay {
    topics: SnsTopics,
    links: TicketLinks,
}

/// Settings: `BOOKINGS_TOPIC_ARN`, `EVENTS_TOPIC_ARN`, `LINK_KEY`, `PUBLIC_URL`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let topics = SnsTopics::new(aws::sns(&env)?, env.text("BOOKINGS_TOPIC_ARN")?, env.text("EVENTS_TOPIC_ARN")?);
    let links = TicketLinks::new(env.text("LINK_KEY")?, env.text("PUBLIC_URL")?);
    let on = Arc::new(TicketingRelay { topics, links });
    Ok(batch::stream(move |records| handle(on.clone(), records)))
}

async fn handle(on: Arc<TicketingRelay>, records: Vec<Record>) -> Result<(), (usize, Failure)> {
    let (changes, rest) = batch::readable(records, |record| streams::change(record.keys, record.new_image, &on.links));
    usecases::relay(&on.topics, changes).await?;
    rest
}
