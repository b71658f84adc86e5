//! What everybody may look at, kept in the function for a moment: however many look, the store is asked once a second.

use crate::adapters::memory::Memory;
use crate::domain::{BlockMap, Event};
use crate::ports::{A_MOMENT, EventQuery, Events, SeatMaps, ShownEvents, ShownMaps};
use async_trait::async_trait;
use contracts::{EventId, Failure, Page, PageRequest, World};
use std::sync::Arc;

/// The most events, and lists of them, that a function keeps: more than one page of a list has.
const MOST: usize = 2 * PageRequest::MOST as usize;

/// Events as they were up to a moment ago. That there is no such event is not kept.
pub struct CachedEvents {
    events: Arc<dyn Events>,
    world: Arc<dyn World>,
    kept: Memory<EventId, Event>,
    lists: Memory<(EventQuery, PageRequest), Page<Event>>,
}

impl CachedEvents {
    /// An empty cache that reads from `events`.
    pub fn new(events: Arc<dyn Events>, world: Arc<dyn World>) -> Self {
        Self { events, world, kept: Memory::of(MOST), lists: Memory::of(MOST) }
    }
}

#[async_trait]
impl ShownEvents for CachedEvents {
    async fn shown(&self, id: EventId) -> Result<Option<Event>, Failure> {
        let now = self.world.now();
        if let Some(event) = self.kept.newer(&id, now, A_MOMENT) {
            return Ok(Some(event));
        }
        let event = self.events.get(id).await?;
        if let Some(event) = &event {
            self.kept.keep(id, now, event.clone());
        }
        Ok(event)
    }

    async fn list(&self, which: &EventQuery, asked: &PageRequest) -> Result<Option<Page<Event>>, Failure> {
        let now = self.world.now();
        let list = (which.clone(), asked.clone());
        if let Some(page) = self.lists.newer(&list, now, A_MOMENT) {
            return Ok(Some(page));
        }
        let page = self.events.list(which, asked).await?;
        if let Some(page) = &page {
            self.lists.keep(list, now, page.clone());
        }
        Ok(page)
    }
}

/// Seat maps as they were up to a moment ago.
pub struct CachedSeatMaps {
    maps: Arc<dyn SeatMaps>,
    world: Arc<dyn World>,
    kept: Memory<EventId, Arc<Vec<BlockMap>>>,
}

impl CachedSeatMaps {
    /// An empty cache that reads from `maps`.
    pub fn new(maps: Arc<dyn SeatMaps>, world: Arc<dyn World>) -> Self {
        Self { maps, world, kept: Memory::of(MOST) }
    }
}

#[async_trait]
impl ShownMaps for CachedSeatMaps {
    async fn shown(&self, event: EventId) -> Result<Arc<Vec<BlockMap>>, Failure> {
        let now = self.world.now();
        if let Some(maps) = self.kept.newer(&event, now, A_MOMENT) {
            return Ok(maps);
        }
        let maps = Arc::new(self.maps.read(event).await?);
        if !maps.is_empty() {
            self.kept.keep(event, now, Arc::clone(&maps));
        }
        Ok(maps)
    }
}
