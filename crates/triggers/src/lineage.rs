//! Where an event came from, as Lambda keeps it in the trace header to find functions that call themselves for ever
//! (AWS Lambda developer guide, "Use Lambda recursive loop detection to prevent infinite loops"). Queues, topics and
//! buckets pass it on; a table's stream does not, and neither does a call through an HTTP API.

use std::collections::BTreeMap;
use uuid::Uuid;

/// How often a function runs in one chain of events. What would call it once more is not passed on, unless the
/// function says `RecursiveLoop: Allow`. AWS says "approximately 16 times".
pub const MOST_ROUNDS: u32 = 16;

/// A chain of events, from the first one on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lineage {
    root: String,
    /// How often each function ran in it, by its name in the account.
    rounds: BTreeMap<String, u32>,
}

impl Lineage {
    /// A new chain.
    pub fn begin() -> Self {
        let id = Uuid::now_v7().simple().to_string();
        Self { root: format!("1-{}-{}", &id[..8], &id[8..]), rounds: BTreeMap::new() }
    }

    /// Of an event with this trace header. A header that says nothing begins a chain.
    pub fn of(header: Option<&str>) -> Self {
        let mut lineage = Self::begin();
        for part in header.unwrap_or_default().split(';') {
            match part.split_once('=') {
                Some(("Root", root)) => root.clone_into(&mut lineage.root),
                Some(("Lineage", rounds)) => {
                    let rounds = rounds.split('|').filter_map(|entry| entry.split_once(':'));
                    let rounds = rounds.filter_map(|(name, count)| Some((name.to_owned(), count.parse().ok()?)));
                    lineage.rounds = rounds.collect();
                }
                _ => {}
            }
        }
        lineage
    }

    /// Of a batch. Lambda does not say which event's lineage counts then: here, each function ran as often as in the
    /// longest of the chains.
    pub fn of_batch(chains: impl IntoIterator<Item = Self>) -> Self {
        let mut chains = chains.into_iter();
        let mut all = chains.next().unwrap_or_else(Self::begin);
        for (name, rounds) in chains.flat_map(|chain| chain.rounds) {
            let most = all.rounds.entry(name).or_default();
            *most = rounds.max(*most);
        }
        all
    }

    /// How often this function ran in the chain.
    pub fn rounds(&self, function: &str) -> u32 {
        self.rounds.get(function).copied().unwrap_or(0)
    }

    /// The chain with one more run of this function.
    #[must_use]
    pub fn through(mut self, function: &str) -> Self {
        *self.rounds.entry(function.to_owned()).or_default() += 1;
        self
    }

    /// The trace header.
    pub fn header(&self) -> String {
        let rounds: Vec<_> = self.rounds.iter().map(|(name, count)| format!("{name}:{count}")).collect();
        format!("Root={};Sampled=0;Lineage={}", self.root, rounds.join("|"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_carries_the_chain() {
        let chain = Lineage::begin().through("a").through("b").through("a");
        assert_eq!(Lineage::of(Some(&chain.header())), chain);
        assert_eq!((chain.rounds("a"), chain.rounds("b"), chain.rounds("c")), (2, 1, 0));
        for other in [None, Some(""), Some("Root"), Some("Lineage=a"), Some("Lineage=a:x|:")] {
            assert_eq!(Lineage::of(other).rounds("a"), 0, "{other:?}");
        }
    }

    #[test]
    fn a_batch_is_as_far_round_as_its_farthest_event() {
        let (once, twice) = (Lineage::begin().through("a"), Lineage::begin().through("b").through("b"));
        let batch = Lineage::of_batch([once.clone(), twice, once]);
        assert_eq!((batch.rounds("a"), batch.rounds("b")), (1, 2));
    }
}
