//! Events and layouts in the function's memory, in front of the store of events.

use crate::adapters::memory::Memory;
use crate::ports::{Events, Plan, Plans};
use async_trait::async_trait;
use contracts::{EventId, Failure, World};
use std::sync::Arc;
use std::time::Duration;

/// The most plans that a function keeps. That of a large hall takes a megabyte or two.
const MOST: usize = 64;

/// Plans kept in the function. The hold's own conditions check whatever must not be stale.
///
/// Reading a plan again is reading the event's own item: its layout is read only if its version is another. That there
/// is no such event is not kept, so that nobody can fill the memory with events that are not there.
pub struct CachedPlans {
    events: Arc<dyn Events>,
    world: Arc<dyn World>,
    kept: Memory<EventId, Arc<Plan>>,
}

impl CachedPlans {
    /// An empty cache that reads from `events`.
    pub fn new(events: Arc<dyn Events>, world: Arc<dyn World>) -> Self {
        Self { events, world, kept: Memory::of(MOST) }
    }
}

#[async_trait]
impl Plans for CachedPlans {
    async fn plan(&self, id: EventId, age: Duration) -> Result<Option<Arc<Plan>>, Failure> {
        let now = self.world.now();
        if let Some(plan) = self.kept.newer(&id, now, age) {
            return Ok(Some(plan));
        }
        let Some(event) = self.events.get(id).await? else {
            self.kept.forget(&id);
            return Ok(None);
        };
        let known = self.kept.recall(&id).map(|(_, plan)| Arc::clone(&plan.layout));
        let layout = match known.filter(|layout| layout.version == event.layout_version) {
            Some(layout) => layout,
            None => Arc::new(self.events.layout(&event).await?),
        };
        let plan = Arc::new(Plan { event, layout });
        self.kept.keep(id, now, Arc::clone(&plan));
        Ok(Some(plan))
    }
}
