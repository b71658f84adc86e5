//! Power: prepaid electricity tokens (token listrik), sold through payments as tickets are.
//!
//! A purchase is paid, then the power company is asked for its token, by the purchase's own id and until it gives a
//! final answer: no answer is neither a token nor a refusal. What the company refuses is paid back.
//!
//! - [`domain`]: the rules, pure. Master data (products, meters) and transactions (purchases) are modules apart.
//! - [`ports`]: what the rules need from the world.
//! - [`usecases`]: one file each.
//! - [`adapters`]: DynamoDB, SQS, SNS, SES, HTTP and PDF.

pub mod adapters;
pub mod domain;
mod letters;
pub mod ports;
pub mod usecases;

/// What power is called: the issuer of its tokens, and payments' name for it.
pub const NAME: &str = "power";

/// What the power company is called in tokens.
pub const COMPANY: &str = "power-company";
