//! What a function remembers between two requests.

use contracts::Timestamp;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Something that was read about each of some things, with when.
pub struct Memory<K, V> {
    most: usize,
    kept: Mutex<HashMap<K, (Timestamp, V)>>,
}

impl<K: Eq + Hash + Clone, V: Clone> Memory<K, V> {
    /// Of so many things at most.
    pub fn of(most: usize) -> Self {
        Self { most, kept: Mutex::default() }
    }

    /// What was read last of this, and when.
    pub fn recall(&self, of: &K) -> Option<(Timestamp, V)> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(of).cloned()
    }

    /// What was read of this less than `age` ago.
    pub fn newer(&self, of: &K, now: Timestamp, age: Duration) -> Option<V> {
        self.recall(of).filter(|(read, _)| now < *read + age).map(|(_, value)| value)
    }

    /// Keeps what was read of this. What was read longest ago is forgotten for it, if there is no more room.
    pub fn keep(&self, of: K, read: Timestamp, value: V) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= self.most && !kept.contains_key(&of) {
            let oldest = kept.iter().min_by_key(|(_, (read, _))| *read).map(|(of, _)| of.clone());
            oldest.map(|of| kept.remove(&of));
        }
        kept.insert(of, (read, value));
    }

    /// Forgets this.
    pub fn forget(&self, of: &K) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).remove(of);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_longest_ago_is_forgotten_first() {
        let memory = Memory::of(3);
        let at = Timestamp::from_millis;
        for n in 0..=3 {
            memory.keep(n, at(n), n);
        }
        assert_eq!(memory.recall(&0), None);
        assert_eq!(memory.recall(&1), Some((at(1), 1)));
        memory.keep(1, at(4), 7);
        assert_eq!(memory.recall(&1), Some((at(4), 7)), "read again");
        assert_eq!(memory.recall(&2), Some((at(2), 2)), "and nothing else is forgotten for it");
        let newer = |now, age| memory.newer(&1, at(now), Duration::from_millis(age));
        assert_eq!((newer(8, 5), newer(9, 5), newer(4, 0)), (Some(7), None, None));
        memory.forget(&2);
        assert_eq!(memory.recall(&2), None);
    }
}
