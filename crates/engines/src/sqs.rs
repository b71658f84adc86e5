//! SQS, embedded. The engine keeps messages only in memory, so what is sent and what is deleted is noted in a journal
//! here.

use crate::journal::{Journal, Sent};
use bytes::Bytes;
use contracts::{SystemWorld, World};
use http_body_util::BodyExt;
use hyper::Response;
use rustack_sqs_core::config::SqsConfig;
use rustack_sqs_core::handler::RustackSqsHandler;
use rustack_sqs_core::provider::RustackSqs;
use rustack_sqs_http::body::SqsResponseBody;
use rustack_sqs_http::dispatch::SqsHandler;
use rustack_sqs_model::error::SqsError;
use rustack_sqs_model::operations::SqsOperation;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use template::QueueSpec;
use template::{ACCOUNT, Error, REGION};

/// The longest delay of a message, in seconds (Amazon SQS developer guide, "Message quotas").
const LONGEST_DELAY: u64 = 900;

/// SQS, with a journal: a message that was sent and not deleted is there again after a restart, due at the same time as
/// before.
pub struct Sqs {
    engine: RustackSqsHandler,
    address: SocketAddr,
    journal: Option<Mutex<Journal>>,
    /// The ids of messages, by the receipt handles under which they were received.
    receipts: Mutex<HashMap<String, String>>,
}

impl Sqs {
    /// Makes the queues, and sends again what the journal holds.
    pub async fn start(
        address: SocketAddr,
        queues: &[QueueSpec],
        journal: Option<PathBuf>,
    ) -> Result<Arc<Self>, Error> {
        let config = SqsConfig {
            skip_signature_validation: true,
            default_region: REGION.to_owned(),
            account_id: ACCOUNT.to_owned(),
            host: address.ip().to_string(),
            port: address.port(),
        };
        let engine = RustackSqsHandler::new(Arc::new(RustackSqs::new(config)));
        let (journal, left) = match journal {
            None => (None, Vec::new()),
            Some(path) => {
                let (journal, left) = Journal::open(&path)?;
                (Some(Mutex::new(journal)), left)
            }
        };
        let sqs = Arc::new(Self { engine, address, journal, receipts: Mutex::default() });
        // A dead-letter queue must exist before the queue that refers to it.
        let (last, first): (Vec<_>, Vec<_>) = queues.iter().partition(|q| q.attributes.contains_key("RedrivePolicy"));
        for queue in first.into_iter().chain(last) {
            let request = json!({"QueueName": queue.name, "Attributes": queue.attributes});
            sqs.call(SqsOperation::CreateQueue, &request).await?;
        }
        for message in left {
            let queue = message.queue.clone();
            // For example, its queue no longer exists. Such a message must not keep the rest from starting.
            if let Err(error) = sqs.send_at(message).await {
                tracing::error!(%error, queue, "a message of before is lost");
            }
        }
        if let Some(journal) = &sqs.journal {
            journal.lock().unwrap_or_else(PoisonError::into_inner).commit()?;
        }
        Ok(sqs)
    }

    /// Where a queue is, by name.
    pub fn url(&self, queue: &str) -> String {
        format!("http://{}/{ACCOUNT}/{queue}", self.address)
    }

    /// Calls an operation from inside this process.
    pub async fn call(&self, operation: SqsOperation, request: &Value) -> Result<Value, Error> {
        let body = Bytes::from(serde_json::to_vec(request)?);
        let response = self.handle(operation, body).await.map_err(|e| format!("SQS: {e}"))?;
        let bytes = response.into_body().collect().await?.to_bytes();
        Ok(if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes)? })
    }

    /// Sends a message now.
    pub async fn send(&self, queue: &str, body: &str) -> Result<(), Error> {
        let request = json!({"QueueUrl": self.url(queue), "MessageBody": body});
        self.call(SqsOperation::SendMessage, &request).await.map(drop)
    }

    async fn send_at(&self, message: Sent) -> Result<(), Error> {
        // Rounded up: a message must not come before it is due.
        let delay = Duration::from_millis(message.due.saturating_sub(now())).as_millis().div_ceil(1000);
        let mut request = json!({
            "QueueUrl": self.url(&message.queue),
            "MessageBody": message.body,
            "DelaySeconds": u64::try_from(delay)?.min(LONGEST_DELAY),
        });
        if !message.attributes.is_null() {
            request["MessageAttributes"] = message.attributes;
        }
        self.call(SqsOperation::SendMessage, &request).await.map(drop)
    }

    async fn handle(&self, operation: SqsOperation, body: Bytes) -> Result<Response<SqsResponseBody>, SqsError> {
        let response = self.engine.handle_operation(operation, body.clone()).await?;
        let noted = matches!(
            operation,
            SqsOperation::SendMessage
                | SqsOperation::SendMessageBatch
                | SqsOperation::ReceiveMessage
                | SqsOperation::DeleteMessage
                | SqsOperation::DeleteMessageBatch
        );
        if self.journal.is_none() || !noted {
            return Ok(response);
        }
        let (parts, response) = response.into_parts();
        let answer = response.collect().await.map_err(|e| SqsError::internal_error(e.to_string()))?.to_bytes();
        let request: Value = serde_json::from_slice(&body).unwrap_or_default();
        let answered: Value = serde_json::from_slice(&answer).unwrap_or_default();
        self.note(operation, &request, &answered).map_err(|e| SqsError::internal_error(e.to_string()))?;
        Ok(Response::from_parts(parts, SqsResponseBody::from_bytes(answer)))
    }

    /// Journals what an operation did, before its answer goes out.
    fn note(&self, operation: SqsOperation, request: &Value, answer: &Value) -> Result<(), Error> {
        let Some(journal) = &self.journal else { return Ok(()) };
        let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
        let mut receipts = self.receipts.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = request["QueueUrl"].as_str().and_then(|url| url.rsplit('/').next()).unwrap_or_default();
        match operation {
            SqsOperation::SendMessage => note_sent(&mut journal, queue, request, answer),
            SqsOperation::SendMessageBatch => {
                for taken in items(&answer["Successful"]) {
                    if let Some(entry) = items(&request["Entries"]).find(|entry| entry["Id"] == taken["Id"]) {
                        note_sent(&mut journal, queue, entry, taken)?;
                    }
                }
                Ok(())
            }
            SqsOperation::ReceiveMessage => {
                for message in items(&answer["Messages"]) {
                    if let (Some(receipt), Some(id)) =
                        (message["ReceiptHandle"].as_str(), message["MessageId"].as_str())
                    {
                        receipts.insert(receipt.to_owned(), id.to_owned());
                    }
                }
                Ok(())
            }
            SqsOperation::DeleteMessage => note_done(&mut journal, &mut receipts, request),
            _ => {
                let failed = |id: &Value| items(&answer["Failed"]).any(|entry| entry["Id"] == *id);
                let done = items(&request["Entries"]).filter(|entry| !failed(&entry["Id"]));
                done.into_iter().try_for_each(|entry| note_done(&mut journal, &mut receipts, entry))
            }
        }
    }
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn now() -> u64 {
    u64::try_from(SystemWorld.now().millis()).unwrap_or(0)
}

fn note_sent(journal: &mut Journal, queue: &str, entry: &Value, taken: &Value) -> Result<(), Error> {
    let Some(id) = taken["MessageId"].as_str() else { return Ok(()) };
    let body = entry["MessageBody"].as_str().unwrap_or_default().to_owned();
    let due = now() + entry["DelaySeconds"].as_u64().unwrap_or(0) * 1000;
    journal.sent(id, Sent { queue: queue.to_owned(), body, attributes: entry["MessageAttributes"].clone(), due })
}

fn note_done(journal: &mut Journal, receipts: &mut HashMap<String, String>, entry: &Value) -> Result<(), Error> {
    match entry["ReceiptHandle"].as_str().and_then(|receipt| receipts.remove(receipt)) {
        Some(id) => {
            // It may have been received before, under other handles.
            receipts.retain(|_, received| *received != id);
            journal.done(&id)
        }
        None => Ok(()),
    }
}

/// What SQS's HTTP layer calls.
pub struct Handler(pub Arc<Sqs>);

impl SqsHandler for Handler {
    fn handle_operation(
        &self,
        operation: SqsOperation,
        body: Bytes,
    ) -> Pin<Box<dyn Future<Output = Result<Response<SqsResponseBody>, SqsError>> + Send>> {
        let sqs = Arc::clone(&self.0);
        Box::pin(async move { sqs.handle(operation, body).await })
    }
}
