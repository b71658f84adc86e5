//! See [`function`].

use contracts::Failure;
use lambda::prelude::*;
use lambda::readable;
use ticketing::adapters::{DynamoSeatMaps, streams};
use ticketing::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Stream::of("ticketing", "Keeps the packed seat maps.").handled_by(handle)
}

async fn handle(maps: Arc<DynamoSeatMaps>, records: Vec<Record>) -> Result<(), (usize, Failure)> {
    let (changes, rest) =
        readable(records, |record| streams::seat_change(record.keys, record.new_image, &record.sequence));
    usecases::update_seat_map(&*maps, changes).await?;
    rest
}
