//! Payments: invoices, their settlement, and the webhooks that tell of it.
//!
//! It knows its clients only by configuration, and does not know what they sell. An invoice is decided once: settling
//! and voiding both need it to be `PENDING`, so one of them wins, and the other reads what was decided.
//!
//! - [`domain`]: the rules, pure.
//! - [`ports`]: what the rules need from the world.
//! - [`usecases`]: one file each.
//! - [`adapters`]: DynamoDB, SQS, HTTP, and the simulated payment.

pub mod adapters;
pub mod domain;
pub mod ports;
pub mod usecases;

/// What payments is called: the audience of tokens for its service routes.
pub const NAME: &str = "payments";
