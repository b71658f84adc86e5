//! DynamoDB, SQS, SNS, SES, HTTP and PDF.

mod company;
mod keys;
mod meters;
mod parts;
mod payments;
mod products;
mod purchases;
mod queues;
mod rates;
mod receipt;
pub mod streams;
mod topic;

pub use company::HttpPowerCompany;
pub use meters::DynamoMeters;
pub use parts::WebhookSecrets;
pub use payments::HttpPayments;
pub use products::DynamoProducts;
pub use purchases::DynamoPurchases;
pub use queues::{SqsLive, SqsPaymentQueue, SqsTimers};
pub use rates::DynamoRateTable;
pub use receipt::PdfReceipts;
pub use topic::SnsTopic;
pub use wire::ServiceTokens;
