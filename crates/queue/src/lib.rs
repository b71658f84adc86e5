//! A queue on SQS, shared by the services that send messages.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::DisplayErrorContext;
use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry};
use contracts::Failure;
use serde::Serialize;
use std::collections::HashMap;
use std::time::Duration;

/// The most messages of one `SendMessageBatch` (Amazon SQS API reference).
const BATCH: usize = 10;
/// How long messages are tried to be sent that nothing waits for.
const PATIENCE: Duration = Duration::from_secs(1);
/// The longest delay of a message, in seconds (Amazon SQS developer guide, "Message quotas"). A timer that is due later
/// comes early and is sent again.
const LONGEST_DELAY: u64 = 900;

/// A queue on SQS.
#[derive(Debug, Clone)]
pub struct Queue {
    client: Client,
    url: String,
}

impl Queue {
    /// The queue at this URL.
    pub fn new(client: Client, url: String) -> Self {
        Self { client, url }
    }

    /// Sends a message as JSON, to be delivered after `delay` or [`LONGEST_DELAY`], whichever is sooner. `what` names
    /// the task in the log.
    pub async fn send(&self, what: &str, message: &impl Serialize, delay: Duration) -> Result<(), Failure> {
        let body = serde_json::to_string(message).map_err(|e| Failure::permanent(what, e))?;
        let send = self.client.send_message().queue_url(&self.url).message_body(body).delay_seconds(seconds(delay));
        send.set_message_attributes(attributes(what)?)
            .send()
            .await
            .map(drop)
            .map_err(|e| Failure::transient(what, DisplayErrorContext(e)))
    }
}

impl Queue {
    /// Sends messages as JSON, to be delivered now, in no order, within [`PATIENCE`]: for what nothing may wait for. If
    /// it fails, some may have been sent.
    pub async fn send_soon(&self, what: &str, messages: &[impl Serialize]) -> Result<(), Failure> {
        let sent = tokio::time::timeout(PATIENCE, self.send_all(what, messages)).await;
        sent.map_err(|_| Failure::transient(what, "the queue is slow"))?
    }

    async fn send_all(&self, what: &str, messages: &[impl Serialize]) -> Result<(), Failure> {
        for batch in messages.chunks(BATCH) {
            let mut entries = Vec::with_capacity(batch.len());
            for (place, message) in batch.iter().enumerate() {
                let body = serde_json::to_string(message).map_err(|e| Failure::permanent(what, e))?;
                let entry = SendMessageBatchRequestEntry::builder().id(place.to_string()).message_body(body);
                let entry = entry.set_message_attributes(attributes(what)?).build();
                entries.push(entry.map_err(|e| Failure::permanent(what, e))?);
            }
            let send = self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries));
            let done = send.send().await.map_err(|e| Failure::transient(what, DisplayErrorContext(e)))?;
            if let Some(failed) = done.failed().first() {
                return Err(Failure::transient(what, failed.code()));
            }
        }
        Ok(())
    }
}

/// What a message says besides its body: which chain it belongs to.
fn attributes(what: &str) -> Result<Option<HashMap<String, MessageAttributeValue>>, Failure> {
    let Some(id) = correlation::in_hand() else { return Ok(None) };
    let value = MessageAttributeValue::builder().data_type("String").string_value(id).build();
    let value = value.map_err(|e| Failure::permanent(what, e))?;
    Ok(Some(HashMap::from([(correlation::ATTRIBUTE.to_owned(), value)])))
}

/// Rounded up to whole seconds: a timer that comes early would have to be sent again.
fn seconds(delay: Duration) -> i32 {
    let seconds = (delay.as_secs() + u64::from(delay.subsec_nanos() > 0)).min(LONGEST_DELAY);
    i32::try_from(seconds).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_is_whole_seconds_within_what_sqs_takes() {
        for (millis, whole) in [(0, 0), (1, 1), (1_000, 1), (1_001, 2), (900_000, 900), (86_400_000, 900)] {
            assert_eq!(seconds(Duration::from_millis(millis)), whole, "{millis}");
        }
    }
}
