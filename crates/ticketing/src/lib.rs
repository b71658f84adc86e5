//! Ticketing: events, their seats, holds, bookings and tickets. It sells every seat exactly once.
//!
//! - [`domain`]: the rules, pure. Begin at [`domain::booking`], whose `decide` is the heart of Karcis.
//! - [`ports`]: what the rules need from the world.
//! - [`usecases`]: one file each; [`usecases::book`] tells the story of one booking.
//! - [`adapters`]: DynamoDB, SQS, SNS, S3, HTTP and PDF.

pub mod adapters;
pub mod domain;
pub mod ports;
pub mod usecases;

/// What ticketing is called: the audience of tokens for its service routes.
pub const NAME: &str = "ticketing";
