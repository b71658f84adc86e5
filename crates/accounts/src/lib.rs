//! Accounts: users, sign-in, and each user's booking history, which follows ticketing's news.
//!
//! - [`domain`]: the rules, pure.
//! - [`ports`]: what the rules need from the world.
//! - [`usecases`]: one file each.
//! - [`adapters`]: DynamoDB and bcrypt.

pub mod adapters;
pub mod domain;
mod letters;
pub mod ports;
pub mod usecases;
