//! Keeps the packed seat maps, from the table's stream.

use contracts::{Failure, World};
use lambda::batch::{self, Record};
use lambda::{Env, Error, Function, aws};
use std::sync::Arc;
use ticketing::adapters::{DynamoSeatMaps, streams};
use ticketing::usecases;

/// Settings: `TICKETING_TABLE`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let maps = Arc::new(DynamoSeatMaps::new(aws::table(&env, "TICKETING_TABLE").await?));
    Ok(batch::stream(move |records| handle(maps.clone(), records)))
}

async fn handle(maps: Arc<DynamoSeatMaps>, records: Vec<Record>) -> Result<(), (usize, Failure)> {
    let (changes, rest) =
        batch::readable(records, |record| streams::seat_change(record.keys, record.new_image, &record.sequence));
    usecases::update_seat_map(&*maps, changes).await?;
    rest
}
