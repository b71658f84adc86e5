//! A cache of events and layouts in the function's memory, in front of the store of events.

use crate::ports::{Events, PLAN_LIFE, Plan, Plans};
use async_trait::async_trait;
use contracts::{EventId, Failure, Timestamp, World};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The most events that a function remembers.
const MOST: usize = 64;

/// Plans kept in the function for a few seconds. The hold's own conditions check whatever must not be stale.
pub struct CachedPlans {
    events: Arc<dyn Events>,
    world: Arc<dyn World>,
    kept: Mutex<HashMap<EventId, (Timestamp, Arc<Plan>)>>,
}

impl CachedPlans {
    /// An empty cache that reads from `events`.
    pub fn new(events: Arc<dyn Events>, world: Arc<dyn World>) -> Self {
        Self { events, world, kept: Mutex::default() }
    }

    fn recall(&self, id: EventId, now: Timestamp) -> Option<Arc<Plan>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&id).filter(|(read, _)| now < *read + PLAN_LIFE).map(|(_, plan)| Arc::clone(plan))
    }

    fn keep(&self, id: EventId, now: Timestamp, plan: &Arc<Plan>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.retain(|_, (read, _)| now < *read + PLAN_LIFE);
        }
        if kept.len() < MOST {
            kept.insert(id, (now, Arc::clone(plan)));
        }
    }
}

#[async_trait]
impl Plans for CachedPlans {
    async fn plan(&self, id: EventId, fresh: bool) -> Result<Option<Arc<Plan>>, Failure> {
        let now = self.world.now();
        if let Some(plan) = self.recall(id, now).filter(|_| !fresh) {
            return Ok(Some(plan));
        }
        let Some(event) = self.events.get(id).await? else { return Ok(None) };
        let layout = self.events.layout(&event).await?;
        let plan = Arc::new(Plan { event, layout });
        self.keep(id, now, &plan);
        Ok(Some(plan))
    }
}
