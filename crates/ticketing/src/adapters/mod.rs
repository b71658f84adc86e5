//! DynamoDB, SQS, SNS, S3, HTTP and PDF.

mod bookings;
mod catalogue;
mod events;
pub mod keys;
mod lines;
mod migrations;
mod mismatches;
mod organiser;
mod parts;
mod payments;
mod pdf;
mod plans;
mod queues;
mod seat_maps;
mod seats;
pub mod streams;
mod ticket_code;
mod tickets;
mod topic;

pub use bookings::{DynamoBookings, TOLD_AGAIN};
pub use catalogue::HttpCatalogue;
pub use events::DynamoEvents;
pub use lines::{DynamoLines, WISH_LIFETIME};
pub use migrations::MIGRATIONS;
pub use mismatches::DynamoMismatches;
pub use organiser::HttpOrganiserSystem;
pub use parts::{CancelNotice, MovedRefunds, PlainHttp, ResumeAfter, WebhookSecrets};
pub use payments::HttpPayments;
pub use pdf::PdfPrinter;
pub use plans::CachedPlans;
pub use queues::{CloseEvent, SqsClosingQueue, SqsLive, SqsMovingQueue, SqsPaymentQueue, SqsRenamingQueue, SqsTimers};
pub use seat_maps::DynamoSeatMaps;
pub use ticket_code::{SignedCodes, TicketLinks, sign, verify};
pub use tickets::S3Tickets;
pub use topic::{SnsBookingTopic, SnsEventTopic};
pub use wire::ServiceTokens;
