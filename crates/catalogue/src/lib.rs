//! The catalogue: movies, their screenings from ticketing's news, and their import from TMDB.
//!
//! - [`domain`]: the rules, pure.
//! - [`ports`]: what the rules need from the world.
//! - [`usecases`]: one file each.
//! - [`adapters`]: DynamoDB, and TMDB over HTTP.

pub mod adapters;
pub mod domain;
pub mod examples;
pub mod ports;
pub mod usecases;

/// What the catalogue is called: the audience of tokens for its routes.
pub const NAME: &str = "catalogue";
