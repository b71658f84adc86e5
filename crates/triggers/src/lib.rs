//! What AWS puts between a function and its callers, for whoever runs the function: the HTTP API's gateway with its
//! answers to other sites' pages, the records of queues, the patterns that select records, and the settings that a
//! function starts with.
//!
//! - [`gateway`]: a request becomes an event, and a function's answer a response.
//! - [`sockets`]: what comes over a WebSocket becomes an event.
//! - [`Lineage`]: what an event came from, by which Lambda finds loops.
//! - [`Invoke`]: calls functions; the local cloud and the simulation implement it.

mod cors;
pub mod gateway;
mod lineage;
mod patterns;
pub mod sockets;
mod throttle;

pub use lineage::{Lineage, MOST_ROUNDS};
pub use patterns::matches;
pub use throttle::Throttles;

use async_trait::async_trait;
use lambda::Env;
use serde_json::{Value, json};
use std::collections::HashSet;
use template::{FunctionSpec, REGION};

/// Why an invocation gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    /// The function failed, or panicked.
    #[error("the function failed: {0}")]
    Failed(String),
    /// It took longer than it may.
    #[error("the function took longer than its time-out")]
    TimedOut,
    /// Its limit of concurrent runs is reached.
    #[error("the function runs as often at once as it may")]
    Throttled,
    /// There is no such function.
    #[error("there is no such function")]
    Unknown,
}

/// Calls functions by their names in the account.
#[async_trait]
pub trait Invoke: Send + Sync + 'static {
    /// Calls a function with an event and waits for its answer, as long as it may take.
    async fn invoke(&self, name: &str, event: &Value) -> Result<Value, Unanswered>;
}

/// What Lambda gives a function besides the template's settings: the region, the access key, and the endpoints of AWS's
/// services, by the names of their settings.
pub fn runtime_environment(
    access_key: &str,
    secret_key: &str,
    endpoints: impl IntoIterator<Item = (&'static str, String)>,
) -> Vec<(String, String)> {
    let own = [
        ("AWS_REGION", REGION.to_owned()),
        ("AWS_ACCESS_KEY_ID", access_key.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", secret_key.to_owned()),
    ];
    own.into_iter().chain(endpoints).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The settings of a function: what the template says, and what Lambda gives it.
pub fn settings(spec: &FunctionSpec, runtime: &[(String, String)]) -> Env {
    let own = spec.environment.iter().map(|(name, value)| (name.clone(), value.clone()));
    own.chain(runtime.iter().cloned()).collect()
}

/// A queue's message as Lambda passes it to a function.
pub fn record(message: &Value, arn: &str) -> Value {
    json!({
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": attributes(&message["MessageAttributes"]),
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": REGION,
    })
}

/// A message's attributes as Lambda passes them on (AWS Lambda developer guide, "Using Lambda with Amazon SQS").
fn attributes(given: &Value) -> Value {
    let given = given.as_object().into_iter().flatten();
    let attribute = |(name, value): (&String, &Value)| {
        let told = json!({
            "stringValue": value["StringValue"],
            "stringListValues": [],
            "binaryListValues": [],
            "dataType": value["DataType"],
        });
        (name.clone(), told)
    };
    given.map(attribute).collect::<serde_json::Map<_, _>>().into()
}

/// The items that a partial batch response says failed.
pub fn failures(answer: &Value) -> HashSet<String> {
    let failures = answer["batchItemFailures"].as_array().into_iter().flatten();
    failures.filter_map(|failure| failure["itemIdentifier"].as_str()).map(str::to_owned).collect()
}
