use crate::domain::SeatChange;
use crate::ports::{Live, SeatMaps};
use contracts::Failure;
use futures::future::join_all;
use std::collections::BTreeMap;

/// Applies changes from the stream to the packed seat maps, block by block. If a block fails, answers the index of the
/// first change that was not applied. The stream continues from there, and blocks skip changes that they already
/// applied.
///
/// Watchers are told how each block stands, again where nothing in it is new: the attempt before may not have come so
/// far. They hold nothing up: whoever is not told looks for itself a little later.
pub async fn update_seat_map(
    maps: &dyn SeatMaps,
    live: &dyn Live,
    changes: Vec<SeatChange>,
) -> Result<(), (usize, Failure)> {
    let mut blocks: BTreeMap<_, (usize, Vec<SeatChange>)> = BTreeMap::new();
    for (place, change) in changes.into_iter().enumerate() {
        let block = blocks.entry((change.event_id, change.ordinal)).or_insert((place, Vec::new()));
        block.1.push(change);
    }
    let applied = blocks.iter().map(|((event, _), (first, changes))| async {
        let map = maps.apply(changes).await.map_err(|why| (*first, why))?;
        Ok(map.map(|map| map.live(*event)))
    });
    let (applied, failed): (Vec<_>, Vec<_>) = join_all(applied).await.into_iter().partition(Result::is_ok);
    let states: Vec<_> = applied.into_iter().filter_map(Result::ok).flatten().collect();
    if let Err(why) = live.tell(&states).await {
        tracing::warn!(%why, "watchers are not told");
    }
    let failed = failed.into_iter().filter_map(Result::err).min_by_key(|(first, _)| *first);
    failed.map_or(Ok(()), Err)
}
