//! Karcis's live service: who watches what, and telling them how it stands.
//!
//! - [`domain`]: what a watcher asks and is answered, and what of a batch is worth telling.
//! - [`ports`]: what that needs from the world.
//! - [`usecases`]: subscribing, going, and telling.
//! - [`adapters`]: DynamoDB, API Gateway's connections, and the API over HTTP.

pub mod adapters;
pub mod domain;
pub mod ports;
pub mod usecases;
