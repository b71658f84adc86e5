//! What everybody may look at, kept in the function for a moment: however many look, the store is asked once a second.

use crate::adapters::memory::Memory;
use crate::domain::{BlockMap, Event};
use crate::ports::{A_MOMENT, Events, SeatMaps, ShownEvents, ShownMaps};
use async_trait::async_trait;
use contracts::{EventId, Failure, World};
use std::sync::Arc;

/// Events as they were up to a moment ago.
pub struct CachedEvents {
    events: Arc<dyn Events>,
    world: Arc<dyn World>,
    kept: Memory<Option<Event>>,
}

impl CachedEvents {
    /// An empty cache that reads from `events`.
    pub fn new(events: Arc<dyn Events>, world: Arc<dyn World>) -> Self {
        Self { events, world, kept: Memory::default() }
    }
}

#[async_trait]
impl ShownEvents for CachedEvents {
    async fn shown(&self, id: EventId) -> Result<Option<Event>, Failure> {
        let now = self.world.now();
        if let Some((read, event)) = self.kept.recall(id)
            && now < read + A_MOMENT
        {
            return Ok(event);
        }
        let event = self.events.get(id).await?;
        self.kept.keep(id, now, event.clone());
        Ok(event)
    }
}

/// Seat maps as they were up to a moment ago.
pub struct CachedSeatMaps {
    maps: Arc<dyn SeatMaps>,
    world: Arc<dyn World>,
    kept: Memory<Arc<Vec<BlockMap>>>,
}

impl CachedSeatMaps {
    /// An empty cache that reads from `maps`.
    pub fn new(maps: Arc<dyn SeatMaps>, world: Arc<dyn World>) -> Self {
        Self { maps, world, kept: Memory::default() }
    }
}

#[async_trait]
impl ShownMaps for CachedSeatMaps {
    async fn shown(&self, event: EventId) -> Result<Arc<Vec<BlockMap>>, Failure> {
        let now = self.world.now();
        if let Some((read, maps)) = self.kept.recall(event)
            && now < read + A_MOMENT
        {
            return Ok(maps);
        }
        let maps = Arc::new(self.maps.read(event).await?);
        self.kept.keep(event, now, Arc::clone(&maps));
        Ok(maps)
    }
}
