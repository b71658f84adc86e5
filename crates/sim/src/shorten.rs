//! Makes the story of a broken promise short: leaves out faults and acts as long as a promise is still broken (a simple
//! form of Zeller's delta debugging).

use crate::play::{Outcome, play};
use crate::props::Props;
use crate::stage::Wish;
use std::collections::BTreeSet;
use std::sync::Arc;
use template::Error;

/// How many stories it plays at most.
const TRIES: u32 = 300;

/// The shortest story found for a seed that breaks a promise, told, and the faults and acts that are left in it.
pub fn shorten(props: &Arc<Props>, seed: u64, wish: &Wish) -> Result<(Outcome, BTreeSet<String>), Error> {
    let first = play(props, seed, &Wish { told: false, ..wish.clone() })?;
    let mut kept: Vec<String> = BTreeSet::from_iter(first.happened).into_iter().collect();
    let mut size = kept.len().div_ceil(2);
    let mut tries = 0;
    while size > 0 && tries < TRIES {
        let mut left_out = false;
        let mut from = 0;
        while from < kept.len() && tries < TRIES {
            tries += 1;
            let rest: Vec<_> = kept.iter().enumerate().filter(|(n, _)| !(from..from + size).contains(n)).collect();
            let rest: Vec<_> = rest.into_iter().map(|(_, id)| id.clone()).collect();
            let shorter = Wish { kept: Some(rest.iter().cloned().collect()), told: false, ..wish.clone() };
            if play(props, seed, &shorter)?.broken.is_empty() {
                from += size;
            } else {
                kept = rest;
                left_out = true;
            }
        }
        if !left_out || size > 1 {
            size = if size == 1 { 0 } else { size.div_ceil(2) };
        }
    }
    let kept: BTreeSet<_> = kept.into_iter().collect();
    let told = play(props, seed, &Wish { kept: Some(kept.clone()), told: true, ..wish.clone() })?;
    Ok((told, kept))
}
