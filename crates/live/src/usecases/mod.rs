//! Subscribing, going, and telling.

mod broadcast;
mod subscribe;

pub use broadcast::{Broadcast, broadcast};
pub use subscribe::{Subscribe, subscribe};
