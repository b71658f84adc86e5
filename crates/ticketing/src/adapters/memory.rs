//! What a function remembers of events between two requests.

use contracts::{EventId, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The most events that a function remembers something of.
const MOST: usize = 64;

/// Something that was read about each of some events, with when.
pub struct Memory<V>(Mutex<HashMap<EventId, (Timestamp, V)>>);

impl<V> Default for Memory<V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<V: Clone> Memory<V> {
    /// What was read last of this event, and when.
    pub fn recall(&self, id: EventId) -> Option<(Timestamp, V)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    /// Keeps what was read of this event. What was read longest ago is forgotten for it, if there is no more room.
    pub fn keep(&self, id: EventId, read: Timestamp, value: V) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST && !kept.contains_key(&id) {
            let oldest = kept.iter().min_by_key(|(_, (read, _))| *read).map(|(id, _)| *id);
            oldest.map(|id| kept.remove(&id));
        }
        kept.insert(id, (read, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn what_was_read_longest_ago_is_forgotten_first() {
        let memory = Memory::default();
        let event = |n: usize| EventId::new(Uuid::from_u128(n as u128));
        let at = |n: usize| Timestamp::from_millis(i64::try_from(n).unwrap());
        for n in 0..=MOST {
            memory.keep(event(n), at(n), n);
        }
        assert_eq!(memory.recall(event(0)), None);
        assert_eq!(memory.recall(event(1)), Some((at(1), 1)));
        memory.keep(event(1), at(MOST + 1), 7);
        assert_eq!(memory.recall(event(1)), Some((at(MOST + 1), 7)), "read again");
        assert_eq!(memory.recall(event(2)), Some((at(2), 2)), "and nothing else is forgotten for it");
    }
}
