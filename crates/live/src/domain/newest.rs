//! What of a batch is worth telling.

use contracts::{LiveState, LiveTopic};
use std::collections::BTreeMap;

/// Of several states of one thing, a block's seats being a thing of its own, the newest alone. They come in the
/// order of their ids, so that a simulated story is the same each time.
pub fn newest(states: impl IntoIterator<Item = LiveState>) -> Vec<LiveState> {
    let mut newest: BTreeMap<(LiveTopic, Option<u32>), LiveState> = BTreeMap::new();
    for state in states {
        let block = if let LiveState::Seats { block, .. } = &state { Some(*block) } else { None };
        match newest.get(&(state.topic(), block)) {
            Some(known) if known.version() >= state.version() => {}
            _ => drop(newest.insert((state.topic(), block), state)),
        }
    }
    newest.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seats(event: &str, block: u32, version: u64) -> LiveState {
        let event_id = event.parse().unwrap();
        LiveState::Seats { event_id, block, layout: 1, version, letters: "O".into() }
    }

    #[test]
    fn the_newest_of_each_block_is_told() {
        let (one, other) = ("019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11", "019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e12");
        let told = newest([seats(one, 0, 3), seats(one, 0, 9), seats(one, 0, 4), seats(one, 1, 1), seats(other, 0, 2)]);
        assert_eq!(told.len(), 3);
        for kept in [seats(one, 0, 9), seats(one, 1, 1), seats(other, 0, 2)] {
            assert!(told.contains(&kept), "{kept:?}");
        }
    }
}
