//! Subscribing, going, and telling.

mod broadcast;
mod subscribe;

pub use broadcast::{Broadcast, Crowds, broadcast};
pub use subscribe::{Subscribe, subscribe};
