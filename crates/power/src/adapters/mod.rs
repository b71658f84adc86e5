//! DynamoDB, SQS, SNS, SES, HTTP and PDF.

mod company;
mod keys;
mod mail;
mod meters;
mod payments;
mod products;
mod purchases;
mod queues;
mod receipt;
pub mod streams;
mod topic;

pub use company::HttpPowerCompany;
pub use mail::SesMail;
pub use meters::DynamoMeters;
pub use products::DynamoProducts;
pub use purchases::DynamoPurchases;
pub use queues::{QueueUrls, SqsQueues};
pub use receipt::PdfReceipts;
pub use topic::SnsTopic;
pub use wire::{HttpPayments, ServiceTokens};
