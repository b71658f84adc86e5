//! DynamoDB, SQS, HTTP, and the simulated payment.

mod invoices;
mod migrations;
mod parts;
mod payment_queue;
mod simulated_gateway;
mod webhooks;

pub use invoices::DynamoInvoices;
pub use migrations::MIGRATIONS;
pub use parts::RefundGateway;
pub use payment_queue::SqsPaymentQueue;
pub use simulated_gateway::{FailureRates, SimulatedGateway, SimulatedMethods};
pub use webhooks::{HttpWebhooks, Target};
