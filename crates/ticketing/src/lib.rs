//! Ticketing: events, their seats, holds, bookings and tickets. It sells every seat exactly once.
//!
//! - [`domain`]: the rules, pure. Begin at [`domain::booking`], whose `decide` is the heart of Karcis.
//! - [`ports`]: what the rules need from the world.
//! - [`usecases`]: one file each; [`usecases::book()`] tells the story of one booking.
//! - [`adapters`]: DynamoDB, SQS, SNS, S3, HTTP and PDF.

pub mod adapters;
pub mod domain;
pub mod examples;
pub mod ports;
pub mod usecases;

/// The name of this service. It is the audience of tokens for the service's routes.
pub const NAME: &str = "ticketing";
