use crate::domain::{GATHERED, newest};
use crate::ports::{Connections, Pushed, Telling, Tellings, Watchers};
use contracts::{Failure, LiveState, LiveTopic, World};
use futures::future::join_all;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// How many connections are pushed to at once, whatever they are told.
const AT_ONCE: usize = 100;
/// How often a state waits for its turn. Whoever is that late is told by the next change, or comes again.
const TURNS: u32 = 4;

/// A list of up to this many watchers is read each time a block changes. A longer one is read only when the block has
/// its turn: a thousand watchers cost fourteen read units, and the blocks of a sale change many times a second.
const FEW: usize = 50;
/// The most topics with many watchers that are remembered.
const MOST: usize = 1_000;

/// The topics that had many watchers when their list was last read.
#[derive(Default)]
pub struct Crowds(Mutex<HashSet<LiveTopic>>);

impl Crowds {
    fn have(&self, topic: LiveTopic) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&topic)
    }

    fn note(&self, topic: LiveTopic, watchers: usize) {
        let mut crowds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if watchers <= FEW {
            crowds.remove(&topic);
        } else if crowds.len() < MOST {
            crowds.insert(topic);
        }
    }
}

/// What telling needs.
pub struct Broadcast {
    /// Who watches what.
    pub watchers: Arc<dyn Watchers>,
    /// What was told last.
    pub tellings: Arc<dyn Tellings>,
    /// The open connections.
    pub connections: Arc<dyn Connections>,
    /// What many watch.
    pub crowds: Crowds,
    /// The clock.
    pub world: Arc<dyn World>,
}

/// Tells those who watch how things stand. Of a block that changes often, what changed in [`GATHERED`] is told
/// together. A connection that is no more is forgotten. A text that does not get there is not sent again: a watcher
/// looks for itself now and then, and the next state is whole.
pub async fn broadcast(on: &Broadcast, states: Vec<LiveState>) -> Result<(), Failure> {
    let (states, places) = (newest(states), Semaphore::new(AT_ONCE));
    let told = join_all(states.iter().map(|state| tell(on, state, &places))).await;
    told.into_iter().collect()
}

async fn tell(on: &Broadcast, state: &LiveState, places: &Semaphore) -> Result<(), Failure> {
    let topic = state.topic();
    let is_crowd = on.crowds.have(topic);
    if is_crowd && !is_due(on, state).await? {
        return Ok(());
    }
    // Whoever comes after this reads for themselves how things stand.
    let watchers = on.watchers.of(topic, on.world.now()).await?;
    on.crowds.note(topic, watchers.len());
    // Where nobody watches, nothing is written either.
    if watchers.is_empty() || (!is_crowd && !is_due(on, state).await?) {
        return Ok(());
    }
    let what = "tell watchers";
    let text = &serde_json::to_string(state).map_err(|e| Failure::permanent(what, e))?;
    let sent = join_all(watchers.iter().map(|connection| push(on, connection, text, places))).await;
    let failed: Vec<_> = sent.into_iter().filter_map(Result::err).collect();
    if let Some(why) = failed.first() {
        tracing::warn!(%why, watchers = watchers.len(), failed = failed.len(), "some watchers were not told");
    }
    Ok(())
}

async fn push(on: &Broadcast, connection: &str, text: &str, places: &Semaphore) -> Result<(), Failure> {
    let _place = places.acquire().await.map_err(|e| Failure::transient("push", e))?;
    match on.connections.push(connection, text).await? {
        Pushed::Sent => Ok(()),
        Pushed::Gone => on.watchers.forget(connection).await,
    }
}

/// Waits for the block's turn. No, if a newer state of it was told meanwhile.
async fn is_due(on: &Broadcast, state: &LiveState) -> Result<bool, Failure> {
    let LiveState::Seats { event_id, block, version, .. } = state else { return Ok(true) };
    for _ in 0..TURNS {
        let now = on.world.now();
        match on.tellings.claim(*event_id, *block, *version, now, now + GATHERED).await? {
            Telling::Ours => return Ok(true),
            Telling::Over => return Ok(false),
            Telling::NotBefore(turn) => tokio::time::sleep(now.until(turn)).await,
        }
    }
    Err(Failure::transient("tell a block", "others had each turn"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::{Admission, Admitted};
    use async_trait::async_trait;
    use contracts::{EventId, SystemWorld, Timestamp};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use uuid::Uuid;

    /// So many watch, each second state is due, and all that is done is counted.
    #[derive(Default)]
    struct Counted {
        watchers: usize,
        lists: AtomicUsize,
        claims: AtomicUsize,
        pushes: AtomicUsize,
    }

    #[async_trait]
    impl Watchers for Counted {
        async fn admit(&self, _: Admission<'_>) -> Result<Admitted, Failure> {
            Ok(Admitted::Full)
        }

        async fn leave(&self, _: &str, _: LiveTopic) -> Result<(), Failure> {
            Ok(())
        }

        async fn forget(&self, _: &str) -> Result<(), Failure> {
            Ok(())
        }

        async fn of(&self, _: LiveTopic, _: Timestamp) -> Result<Vec<String>, Failure> {
            self.lists.fetch_add(1, Ordering::SeqCst);
            Ok(vec!["connection".to_owned(); self.watchers])
        }
    }

    #[async_trait]
    impl Tellings for Counted {
        async fn claim(&self, _: EventId, _: u32, _: u64, _: Timestamp, _: Timestamp) -> Result<Telling, Failure> {
            let claims = self.claims.fetch_add(1, Ordering::SeqCst);
            Ok(if claims.is_multiple_of(2) { Telling::Ours } else { Telling::Over })
        }
    }

    #[async_trait]
    impl Connections for Counted {
        async fn push(&self, _: &str, _: &str) -> Result<Pushed, Failure> {
            self.pushes.fetch_add(1, Ordering::SeqCst);
            Ok(Pushed::Sent)
        }
    }

    /// Each case: how many watch, and of ten changes how often their list is read, and a turn is asked for.
    #[tokio::test(flavor = "current_thread")]
    async fn the_list_of_a_crowd_is_read_when_its_block_has_its_turn() {
        for (watchers, lists, claims) in [(0, 10, 0), (1, 10, 10), (FEW, 10, 10), (FEW + 1, 5, 10)] {
            let counted = Arc::new(Counted { watchers, ..Counted::default() });
            let on = Broadcast {
                watchers: counted.clone(),
                tellings: counted.clone(),
                connections: counted.clone(),
                crowds: Crowds::default(),
                world: Arc::new(SystemWorld),
            };
            for version in 1..=10 {
                let (event_id, letters) = (EventId::new(Uuid::from_u128(1)), "O".to_owned());
                let state = LiveState::Seats { event_id, block: 0, layout: 1, version, letters };
                broadcast(&on, vec![state]).await.unwrap();
            }
            let counts = [&counted.lists, &counted.claims, &counted.pushes].map(|count| count.load(Ordering::SeqCst));
            assert_eq!(counts, [lists, claims, claims / 2 * watchers], "{watchers} watch");
        }
    }
}
