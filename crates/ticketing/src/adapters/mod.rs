//! DynamoDB, SQS, SNS, S3, HTTP and PDF.

mod bookings;
mod catalogue;
mod events;
pub mod keys;
mod lines;
mod migrations;
mod mismatches;
mod organiser;
mod payments;
mod pdf;
mod plans;
mod queues;
mod saga_ports;
mod seat_maps;
mod seats;
pub mod streams;
mod ticket_code;
mod tickets;
mod topic;

pub use bookings::DynamoBookings;
pub use catalogue::HttpCatalogue;
pub use events::DynamoEvents;
pub use lines::DynamoLines;
pub use migrations::MIGRATIONS;
pub use mismatches::DynamoMismatches;
pub use organiser::HttpOrganiserSystem;
pub use pdf::PdfPrinter;
pub use plans::CachedPlans;
pub use queues::{CloseEvent, QueueUrls, SqsQueues};
pub use saga_ports::SagaPorts;
pub use seat_maps::DynamoSeatMaps;
pub use ticket_code::{TicketLinks, sign, verify};
pub use tickets::S3Tickets;
pub use topic::SnsTopics;
pub use wire::{HttpPayments, ServiceTokens};
