//! Power: prepaid electricity tokens (token listrik), sold through payments as tickets are.
//!
//! A purchase is paid first. Then the power company is asked for its token, with the purchase's id as the reference,
//! until it gives a final answer. No answer is neither a token nor a refusal. If the company refuses, the money is paid
//! back.
//!
//! - [`domain`]: the rules, pure. Master data (products, meters) and transactions (purchases) are separate modules.
//! - [`ports`]: what the rules need from the world.
//! - [`usecases`]: one file each.
//! - [`adapters`]: DynamoDB, SQS, SNS, SES, HTTP and PDF.

pub mod adapters;
pub mod domain;
pub mod examples;
mod letters;
pub mod ports;
pub mod usecases;

/// What power is called: the issuer of its tokens, and payments' name for it.
pub const NAME: &str = "power";

/// What the power company is called in tokens.
pub const COMPANY: &str = "power-company";
