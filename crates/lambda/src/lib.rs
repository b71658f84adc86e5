//! What every function shares: start-up, settings, sign-in, problem+json, batches.
//!
//! A function is a [`Function`]: an event in, an answer out. Its package's library makes it from an [`Env`]; its
//! binary hands it to Lambda with [`run`]; the local cloud calls the very same value. Nothing here or in a function
//! knows which of the two it is.
//!
//! - [`env`]: settings, from a map and never from the process.
//! - [`aws`]: clients of AWS's services.
//! - [`Network`]: what carries calls where that is not the real network.
//! - [`http`]: requests and answers, the caller, problem+json.
//! - [`batch`]: messages of SQS queues and records of DynamoDB streams, each failing alone.

pub mod aws;
pub mod batch;
pub mod env;
mod function;
pub mod http;
mod network;

pub use env::{Env, SettingError};
pub use function::{Error, Function, Payload, run};
pub use http::Answer;
pub use lambda_http::Request;
pub use lambda_runtime::Context;
pub use network::Network;
