//! The clock and fresh ids: the parts of the world that a test or a simulation wants to own.

use crate::Timestamp;
use std::time::SystemTime;
use uuid::Uuid;

/// What no rule may take for itself.
pub trait World: Send + Sync + 'static {
    /// The time now. Clocks of different functions differ; no rule relies on their agreeing.
    fn now(&self) -> Timestamp;

    /// A fresh UUID, version 7: ids made later sort later.
    fn new_id(&self) -> Uuid;
}

/// The real world.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemWorld;

impl World for SystemWorld {
    fn now(&self) -> Timestamp {
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
    }

    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}
