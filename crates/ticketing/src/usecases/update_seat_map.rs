use crate::domain::SeatChange;
use crate::ports::SeatMaps;
use contracts::Failure;
use futures::future::join_all;
use std::collections::BTreeMap;

/// Applies changes from the stream to the packed seat maps, block by block. If a block fails, answers the index of the
/// first change that was not applied. The stream continues from there, and blocks skip changes that they already
/// applied.
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
