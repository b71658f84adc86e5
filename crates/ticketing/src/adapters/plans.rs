//! Events and layouts in the function's memory, in front of the store of events.

use crate::adapters::memory::Memory;
use crate::ports::{A_MOMENT, Events, Plan, Plans};
use async_trait::async_trait;
use contracts::{EventId, Failure, World};
use std::sync::Arc;
use std::time::Duration;

/// Plans kept in the function. The hold's own conditions check whatever must not be stale.
///
/// Reading a plan again is reading the event's own item: its layout is read only if its version is another.
pub struct CachedPlans {
    events: Arc<dyn Events>,
    world: Arc<dyn World>,
    kept: Memory<Option<Arc<Plan>>>,
}

impl CachedPlans {
    /// An empty cache that reads from `events`.
    pub fn new(events: Arc<dyn Events>, world: Arc<dyn World>) -> Self {
        Self { events, world, kept: Memory::default() }
    }
}

#[async_trait]
impl Plans for CachedPlans {
    async fn plan(&self, id: EventId, age: Duration) -> Result<Option<Arc<Plan>>, Failure> {
        let now = self.world.now();
        let kept = self.kept.recall(id);
        if let Some((read, plan)) = &kept {
            let age = if plan.is_some() { age } else { age.min(A_MOMENT) };
            if now < *read + age {
                return Ok(plan.clone());
            }
        }
        let plan = match self.events.get(id).await? {
            None => None,
            Some(event) => {
                let known = kept.and_then(|(_, plan)| plan).map(|plan| Arc::clone(&plan.layout));
                let layout = match known.filter(|layout| layout.version == event.layout_version) {
                    Some(layout) => layout,
                    None => Arc::new(self.events.layout(&event).await?),
                };
                Some(Arc::new(Plan { event, layout }))
            }
        };
        self.kept.keep(id, now, plan.clone());
        Ok(plan)
    }
}
