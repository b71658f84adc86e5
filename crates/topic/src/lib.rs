//! Publishes changes to an SNS topic, in batches and in order. The services' relays share it.

use aws_sdk_sns::Client;
use aws_sdk_sns::error::DisplayErrorContext;
use aws_sdk_sns::types::PublishBatchRequestEntry;
use contracts::Failure;
use serde::Serialize;

/// The most messages of one `PublishBatch` (Amazon SNS API reference).
const BATCH: usize = 10;
const WHAT: &str = "publish what changed";

/// A topic on SNS.
#[derive(Debug, Clone)]
pub struct Topic {
    client: Client,
    arn: String,
}

impl Topic {
    /// The topic of this ARN.
    pub fn new(client: Client, arn: String) -> Self {
        Self { client, arn }
    }

    /// Publishes all messages, in order; answers how many were published before one failed, and why it failed.
    pub async fn publish(&self, messages: &[impl Serialize]) -> (usize, Result<(), Failure>) {
        for (number, batch) in messages.chunks(BATCH).enumerate() {
            let before = number * BATCH;
            match self.publish_batch(batch).await {
                Err(why) => return (before, Err(why)),
                Ok(Some((first, code))) => return (before + first, Err(Failure::transient(WHAT, code))),
                Ok(None) => {}
            }
        }
        (messages.len(), Ok(()))
    }

    /// Publishes one batch; answers the first that failed, and why.
    async fn publish_batch(&self, batch: &[impl Serialize]) -> Result<Option<(usize, String)>, Failure> {
        let mut entries = Vec::with_capacity(batch.len());
        for (place, message) in batch.iter().enumerate() {
            let entry = PublishBatchRequestEntry::builder()
                .id(place.to_string())
                .message(serde_json::to_string(message).map_err(|e| Failure::permanent(WHAT, e))?);
            entries.push(entry.build().map_err(|e| Failure::permanent(WHAT, e))?);
        }
        let publish = self.client.publish_batch().topic_arn(&self.arn).set_publish_batch_request_entries(Some(entries));
        let done = publish.send().await.map_err(|e| Failure::transient(WHAT, DisplayErrorContext(e)))?;
        let failed =
            done.failed().iter().filter_map(|failed| Some((failed.id().parse().ok()?, failed.code().to_owned())));
        Ok(failed.min())
    }
}
