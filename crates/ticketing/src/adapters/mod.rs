//! DynamoDB, SQS, SNS, S3, HTTP and PDF.

mod bookings;
mod events;
pub mod keys;
mod organiser;
mod payments;
mod pdf;
mod plans;
mod queues;
mod seat_maps;
pub mod streams;
mod ticket_code;
mod tickets;
mod topic;

pub use bookings::DynamoBookings;
pub use events::DynamoEvents;
pub use organiser::HttpOrganiserSystem;
pub use payments::{HttpPayments, ServiceTokens};
pub use pdf::PdfPrinter;
pub use plans::CachedPlans;
pub use queues::SqsQueues;
pub use seat_maps::DynamoSeatMaps;
pub use ticket_code::{sign, verify};
pub use tickets::S3Tickets;
pub use topic::SnsTopic;
