//! SQS, embedded. The engine keeps messages only in memory, so what is sent and what is deleted is noted in a journal
//! here. It does not know the system attribute `AWSTraceHeader` either (Amazon SQS developer guide, "Amazon SQS message
//! metadata"): a message bears it as an attribute of its own inside the engine.

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
use settings::trace;
use std::collections::HashMap;
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use template::QueueSpec;
use template::{ACCOUNT, Error, REGION};

/// The longest delay of a message, in seconds (Amazon SQS developer guide, "Message quotas").
const LONGEST_DELAY: u64 = 900;
/// A message's system attribute that bears the trace header of its sender.
pub const TRACE_ATTRIBUTE: &str = "AWSTraceHeader";

/// SQS, with a journal: a message that was sent and not deleted is there again after a restart, due at the same time as
/// before.
pub struct Sqs {
    engine: RustackSqsHandler,
    address: SocketAddr,
    notes: Mutex<Notes>,
}

/// What is known of messages besides what the engine keeps.
#[derive(Default)]
struct Notes {
    journal: Option<Journal>,
    /// The ids of messages, by the receipt handles under which they were received.
    receipts: HashMap<String, String>,
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
                (Some(journal), left)
            }
        };
        let notes = Mutex::new(Notes { journal, ..Notes::default() });
        let sqs = Arc::new(Self { engine, address, notes });
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
        if let Some(journal) = &sqs.notes().journal {
            journal.commit()?;
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

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn handle(&self, operation: SqsOperation, body: Bytes) -> Result<Response<SqsResponseBody>, SqsError> {
        let mut body = body;
        let sends = matches!(operation, SqsOperation::SendMessage | SqsOperation::SendMessageBatch);
        if let (true, Some(trace)) = (sends, trace()) {
            let mut request: Value = serde_json::from_slice(&body).unwrap_or_default();
            bear(&mut request, &trace);
            body = Bytes::from(request.to_string());
        }
        let response = self.engine.handle_operation(operation, body.clone()).await?;
        let noted = matches!(
            operation,
            SqsOperation::SendMessage
                | SqsOperation::SendMessageBatch
                | SqsOperation::ReceiveMessage
                | SqsOperation::DeleteMessage
                | SqsOperation::DeleteMessageBatch
        );
        if !noted {
            return Ok(response);
        }
        let (parts, response) = response.into_parts();
        let answer = response.collect().await.map_err(|e| SqsError::internal_error(e.to_string()))?.to_bytes();
        let request: Value = serde_json::from_slice(&body).unwrap_or_default();
        let mut answered: Value = serde_json::from_slice(&answer).unwrap_or_default();
        let noted = self.notes().note(operation, &request, &mut answered);
        let answer = match noted.map_err(|e| SqsError::internal_error(e.to_string()))? {
            Told::Same => answer,
            Told::More => Bytes::from(answered.to_string()),
        };
        Ok(Response::from_parts(parts, SqsResponseBody::from_bytes(answer)))
    }
}

/// Does an answer say more than the engine's?
enum Told {
    Same,
    More,
}

impl Notes {
    /// Notes what an operation did, before its answer goes out, and adds to the answer what the engine does not know.
    fn note(&mut self, operation: SqsOperation, request: &Value, answer: &mut Value) -> Result<Told, Error> {
        let queue = request["QueueUrl"].as_str().and_then(|url| url.rsplit('/').next()).unwrap_or_default();
        match operation {
            SqsOperation::SendMessage => self.sent(queue, request, answer)?,
            SqsOperation::SendMessageBatch => {
                for taken in items(&answer["Successful"]) {
                    if let Some(entry) = items(&request["Entries"]).find(|entry| entry["Id"] == taken["Id"]) {
                        self.sent(queue, entry, taken)?;
                    }
                }
            }
            SqsOperation::ReceiveMessage => return Ok(self.received(answer)),
            SqsOperation::DeleteMessage => self.done(request)?,
            _ => {
                let failed = |id: &Value| items(&answer["Failed"]).any(|entry| entry["Id"] == *id);
                for entry in items(&request["Entries"]).filter(|entry| !failed(&entry["Id"])) {
                    self.done(entry)?;
                }
            }
        }
        Ok(Told::Same)
    }

    fn sent(&mut self, queue: &str, entry: &Value, taken: &Value) -> Result<(), Error> {
        let Some(id) = taken["MessageId"].as_str() else { return Ok(()) };
        let Some(journal) = &mut self.journal else { return Ok(()) };
        let body = entry["MessageBody"].as_str().unwrap_or_default().to_owned();
        let due = now() + entry["DelaySeconds"].as_u64().unwrap_or(0) * 1000;
        let attributes = entry["MessageAttributes"].clone();
        journal.sent(id, Sent { queue: queue.to_owned(), body, attributes, due })
    }

    fn received(&mut self, answer: &mut Value) -> Told {
        let mut told = Told::Same;
        for message in answer["Messages"].as_array_mut().into_iter().flatten() {
            let Some(id) = message["MessageId"].as_str().map(str::to_owned) else { continue };
            if let Some(receipt) = message["ReceiptHandle"].as_str() {
                self.receipts.insert(receipt.to_owned(), id.clone());
            }
            if tell(message) {
                told = Told::More;
            }
        }
        told
    }

    fn done(&mut self, entry: &Value) -> Result<(), Error> {
        let receipt = entry["ReceiptHandle"].as_str().unwrap_or_default();
        let Some(id) = self.receipts.remove(receipt) else { return Ok(()) };
        // It may have been received before, under other handles.
        self.receipts.retain(|_, received| *received != id);
        self.journal.as_mut().map_or(Ok(()), |journal| journal.done(&id))
    }
}

/// Has the messages of a request bear a trace header.
fn bear(request: &mut Value, trace: &str) {
    let entries = match request.get_mut("Entries").and_then(Value::as_array_mut) {
        Some(entries) => entries.iter_mut().collect(),
        None => vec![request],
    };
    for entry in entries {
        entry["MessageAttributes"][TRACE_ATTRIBUTE] = json!({"DataType": "String", "StringValue": trace});
    }
}

/// Makes the trace header that a received message bears the system attribute that it is; answers whether it bears one.
fn tell(message: &mut Value) -> bool {
    let Some(attributes) = message.get_mut("MessageAttributes").and_then(Value::as_object_mut) else { return false };
    let Some(mut trace) = attributes.remove(TRACE_ATTRIBUTE) else { return false };
    if attributes.is_empty()
        && let Some(message) = message.as_object_mut()
    {
        message.remove("MessageAttributes");
        message.remove("MD5OfMessageAttributes");
    }
    message["Attributes"][TRACE_ATTRIBUTE] = trace["StringValue"].take();
    true
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn now() -> u64 {
    u64::try_from(SystemWorld.now().millis()).unwrap_or(0)
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
