//! What a watcher asks and is answered, and what of a batch is worth telling. No I/O, no clock, no chance.

mod asked;
mod newest;
pub mod origin;

pub use asked::{Answered, Asked, Mode};
pub use newest::newest;

use std::time::Duration;

/// How long a subscription is kept: a connection lives two hours at most (Amazon API Gateway, "Quotas for configuring
/// and running a WebSocket API").
pub const SUBSCRIPTION: Duration = Duration::from_mins(130);
/// The most topics of one connection: more than a person opens in one page.
pub const MOST_TOPICS: usize = 20;
/// How often one who is not pushed to reads the map: five seconds old at most, with the time that the answer takes.
pub const POLL: Duration = Duration::from_secs(3);
/// A block is told at most once in this time. What changes meanwhile is told together afterwards.
pub const GATHERED: Duration = Duration::from_millis(400);
