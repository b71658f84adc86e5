//! The clock and new ids: the parts of the world that a test or a simulation replaces.

use crate::Timestamp;
use std::time::SystemTime;
use uuid::Uuid;

/// The clock and new ids. A rule gets them from its caller and never reads them itself.
pub trait World: Send + Sync + 'static {
    /// The time now. Clocks of different functions differ; no rule assumes that they agree.
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
