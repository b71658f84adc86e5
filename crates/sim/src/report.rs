//! Plays many seeds, on all cores, and sums up their results.

use crate::play::{Outcome, play};
use crate::promises::Findings;
use crate::props::Props;
use crate::stage::{Coverage, Wish};
use progress::Progress;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use template::Error;

/// The results of many seeds.
#[derive(Debug, Default)]
pub struct Summary {
    /// How many were played.
    pub played: u64,
    /// The seeds with findings, and what was found.
    pub broken: BTreeMap<u64, Findings>,
    /// Which steps met which faults.
    pub coverage: Coverage,
}

/// Plays these seeds.
///
/// With `first_only` it stops at the first seed that breaks a promise. Findings that break no promise do not count
/// then.
pub fn play_all(
    props: &Arc<Props>,
    seeds: Range<u64>,
    wish: &Wish,
    jobs: usize,
    first_only: bool,
    what: &'static str,
) -> Result<Summary, Error> {
    let next = AtomicU64::new(seeds.start);
    let enough = AtomicBool::new(false);
    let (results, outcomes) = mpsc::channel::<Result<Outcome, Error>>();
    let mut summary = Summary::default();
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            let (results, next, enough, seeds) = (results.clone(), &next, &enough, seeds.clone());
            scope.spawn(move || {
                while !enough.load(Ordering::Relaxed) {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end || results.send(play(props, seed, wish)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(results);
        let progress = Progress::of(what, seeds.end - seeds.start);
        for outcome in outcomes {
            let outcome = outcome?;
            progress.step();
            summary.played += 1;
            for (step, faults) in outcome.coverage {
                let met = summary.coverage.entry(step).or_default();
                for (fault, times) in faults {
                    *met.entry(fault).or_default() += times;
                }
            }
            let counts = !first_only || outcome.broken.broken_promise().is_some();
            if !outcome.broken.is_empty() && counts {
                summary.broken.insert(outcome.seed, outcome.broken);
                enough.store(first_only, Ordering::Relaxed);
            }
        }
        Ok(summary)
    })
}

impl Summary {
    /// How many pairs of a step and a fault there are, and how many of them happened.
    pub fn pairs(&self) -> (usize, usize) {
        let times = || self.coverage.values().flat_map(|faults| faults.values());
        (times().count(), times().filter(|times| **times > 0).count())
    }

    /// The pairs that did not happen.
    pub fn missing(&self) -> impl Iterator<Item = String> {
        let pairs =
            self.coverage.iter().flat_map(|(step, faults)| faults.iter().map(move |(fault, n)| (step, fault, n)));
        pairs.filter(|(.., times)| **times == 0).map(|(step, fault, _)| format!("{step}: {}", fault.name()))
    }
}
