use crate::domain::{GATHERED, newest};
use crate::ports::{Connections, Pushed, Telling, Tellings, Watchers};
use contracts::{Failure, LiveState, World};
use futures::future::join_all;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// How many connections are pushed to at once, whatever they are told.
const AT_ONCE: usize = 100;
/// How often a state waits for its turn. Whoever is that late is told by the next change, or comes again.
const TURNS: u32 = 4;

/// What telling needs.
pub struct Broadcast {
    /// Who watches what.
    pub watchers: Arc<dyn Watchers>,
    /// What was told last.
    pub tellings: Arc<dyn Tellings>,
    /// The open connections.
    pub connections: Arc<dyn Connections>,
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
    // Whoever comes after this reads for themselves how things stand.
    let watchers = on.watchers.of(state.topic(), on.world.now()).await?;
    if watchers.is_empty() || !is_due(on, state).await? {
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
