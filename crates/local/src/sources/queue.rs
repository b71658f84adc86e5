//! Reads one queue and calls its function with batches of messages, as Lambda's event source mapping for SQS does.

use crate::functions::Functions;
use engines::{Sqs, TRACE_ATTRIBUTE};
use rustack_sqs_model::operations::SqsOperation;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use template::SourceSpec;
use tokio::sync::Semaphore;
use triggers::{Lineage, Unanswered, failures, record};

/// How many batches of one queue are handled at once, if the template does not allow fewer. Lambda begins with five
/// pollers (AWS Lambda developer guide, "Using Lambda with Amazon SQS"); here there never are more.
const AT_ONCE: usize = 5;

/// The pauses in milliseconds between the tries of a batch that is throttled: shorter, all together, than the batch is
/// hidden from others.
const PAUSES: [u64; 8] = [50, 100, 200, 400, 800, 1_600, 3_200, 6_400];

/// Reads a queue and calls its function, until the process ends.
pub async fn read(source: SourceSpec, sqs: Arc<Sqs>, functions: Arc<Functions>) {
    let url = sqs.url(source.arn.rsplit(':').next().unwrap_or_default());
    let places = Arc::new(Semaphore::new(source.at_once.map_or(AT_ONCE, |most| most.min(AT_ONCE))));
    let request = json!({
        "QueueUrl": url,
        "MaxNumberOfMessages": source.batch_size,
        "WaitTimeSeconds": 20,
        "AttributeNames": ["All"],
        "MessageAttributeNames": ["All"],
    });
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let messages = match sqs.call(SqsOperation::ReceiveMessage, &request).await {
            Ok(answer) => answer["Messages"].as_array().cloned().unwrap_or_default(),
            Err(error) => {
                tracing::error!(%error, queue = source.arn, "the queue does not answer");
                tokio::time::sleep(Duration::from_secs(1)).await;
                continue;
            }
        };
        if messages.is_empty() {
            continue;
        }
        let (source, sqs, functions, url) = (source.clone(), Arc::clone(&sqs), Arc::clone(&functions), url.clone());
        tokio::spawn(async move {
            handle(&source, &sqs, &functions, &url, &messages).await;
            drop(place);
        });
    }
}

/// The messages of a batch, without those that come round so often that Lambda does not pass them on. Those stay in the
/// queue, and come again until they were received as often as they may be.
fn without_loops<'a>(source: &SourceSpec, functions: &Functions, messages: &'a [Value]) -> Vec<(Lineage, &'a Value)> {
    let lineage = |message: &Value| Lineage::of(message["Attributes"][TRACE_ATTRIBUTE].as_str());
    let goes_on = |(chain, _): &(Lineage, &Value)| {
        let stops = functions.stops(&source.function, chain);
        if stops {
            tracing::error!(
                function = source.function,
                "Lambda does not pass this message on: it comes round and round"
            );
        }
        !stops
    };
    messages.iter().map(|message| (lineage(message), message)).filter(goes_on).collect()
}

/// Calls the function with a batch and deletes what it handled; the rest becomes visible again.
async fn handle(source: &SourceSpec, sqs: &Sqs, functions: &Functions, url: &str, messages: &[Value]) {
    let messages = without_loops(source, functions, messages);
    if messages.is_empty() {
        return;
    }
    let records: Vec<_> = messages.iter().map(|(_, message)| record(message, &source.arn)).collect();
    let chain = Lineage::of_batch(messages.iter().map(|(chain, _)| chain.clone()));
    let event = json!({"Records": records});
    let mut answer = functions.invoke_in(chain.clone(), &source.function, &event).await;
    // A poller keeps a batch that is throttled, and tries it again while it is nobody else's (AWS Lambda developer
    // guide, "Creating and configuring an Amazon SQS event source mapping").
    let mut pauses = PAUSES.iter();
    while let (Err(Unanswered::Throttled), Some(pause)) = (&answer, pauses.next()) {
        tokio::time::sleep(Duration::from_millis(*pause)).await;
        answer = functions.invoke_in(chain.clone(), &source.function, &event).await;
    }
    let failed = match answer {
        Ok(answer) => failures(&answer),
        Err(why) => {
            tracing::warn!(%why, function = source.function, "the batch comes again");
            return;
        }
    };
    let handled = messages
        .iter()
        .map(|(_, message)| message)
        .filter(|message| !message["MessageId"].as_str().is_some_and(|id| failed.contains(id)));
    let entries = handled.enumerate().map(|(n, m)| json!({"Id": n.to_string(), "ReceiptHandle": m["ReceiptHandle"]}));
    let entries: Vec<_> = entries.collect();
    if entries.is_empty() {
        return;
    }
    let request = json!({"QueueUrl": url, "Entries": entries});
    if let Err(error) = sqs.call(SqsOperation::DeleteMessageBatch, &request).await {
        tracing::error!(%error, queue = source.arn, "messages were handled and not deleted; they come again");
    }
}
