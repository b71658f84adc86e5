//! See [`function`].

use contracts::Failure;
use lambda::prelude::*;
use lambda::readable;
use ticketing::adapters::{DynamoSeatMaps, SqsLive, streams};
use ticketing::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Stream::of("ticketing", "Keeps the packed seat maps.").handled_by(handle)
}

parts! {
    struct SeatMap {
        maps: DynamoSeatMaps,
        live: SqsLive,
    }
}

async fn handle(on: Arc<SeatMap>, records: Vec<Record>) -> Result<(), (usize, Failure)> {
    let (changes, rest) =
        readable(records, |record| streams::seat_change(record.keys, record.new_image, &record.sequence));
    usecases::update_seat_map(&on.maps, &on.live, changes).await?;
    rest
}
