//! Keeps the packed seat maps, from the table's stream.

use contracts::{Failure, World};
use lambda::batch::{self, Record, Unhandled};
use lambda::{Env, Error, Function, aws};
use std::sync::Arc;
use ticketing::adapters::{DynamoSeatMaps, streams};
use ticketing::usecases;

/// Settings: `TICKETING_TABLE`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let maps = Arc::new(DynamoSeatMaps::new(aws::table(&env, "TICKETING_TABLE").await?));
    Ok(batch::stream(move |records| handle(maps.clone(), records)))
}

async fn handle(maps: Arc<DynamoSeatMaps>, records: Vec<Record>) -> Result<(), Unhandled> {
    let places: Vec<_> = records.iter().map(|record| record.sequence.clone()).collect();
    let unhandled =
        |place: usize, why: Failure| Unhandled { sequence: places.get(place).cloned().unwrap_or_default(), why };
    let mut changes = Vec::with_capacity(records.len());
    for (place, record) in records.into_iter().enumerate() {
        let change = streams::seat_change(record.keys, record.new_image, &record.sequence);
        changes.push(change.map_err(|why| unhandled(place, why))?);
    }
    usecases::update_seat_map(&*maps, changes).await.map_err(|(place, why)| unhandled(place, why))
}
