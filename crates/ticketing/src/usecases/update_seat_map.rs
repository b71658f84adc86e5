use crate::domain::SeatChange;
use crate::ports::SeatMaps;
use contracts::Failure;
use futures::future::join_all;
use std::collections::BTreeMap;

/// Brings the packed seat maps up to the stream, block by block. When a block fails, answers the place of the first
/// change that it did not take: the stream goes on from there, and what other blocks took already is passed over.
pub async fn update_seat_map(maps: &dyn SeatMaps, changes: Vec<SeatChange>) -> Result<(), (usize, Failure)> {
    let mut blocks: BTreeMap<_, (usize, Vec<SeatChange>)> = BTreeMap::new();
    for (place, change) in changes.into_iter().enumerate() {
        let block = blocks.entry((change.event_id, change.ordinal)).or_insert((place, Vec::new()));
        block.1.push(change);
    }
    let applied =
        blocks.values().map(|(first, changes)| async { maps.apply(changes).await.map_err(|why| (*first, why)) });
    let failed = join_all(applied).await.into_iter().filter_map(Result::err).min_by_key(|(first, _)| *first);
    failed.map_or(Ok(()), Err)
}
