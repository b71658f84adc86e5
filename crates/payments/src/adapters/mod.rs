//! DynamoDB, SQS, HTTP, and the simulated payment.

mod invoices;
mod payment_queue;
mod simulated_gateway;
mod webhooks;

pub use invoices::DynamoInvoices;
pub use payment_queue::SqsPaymentQueue;
pub use simulated_gateway::SimulatedGateway;
pub use webhooks::{HttpWebhooks, Target};
