use crate::ports::Topic;
use async_trait::async_trait;
use aws_sdk_sns::Client;
use aws_sdk_sns::error::DisplayErrorContext;
use aws_sdk_sns::types::PublishBatchRequestEntry;
use contracts::{BookingChanged, Failure};

/// Messages of one `PublishBatch` (Amazon SNS API reference).
const BATCH: usize = 10;

/// The topic on SNS. Subscriptions filter by the message's own `status`.
#[derive(Debug, Clone)]
pub struct SnsTopic {
    client: Client,
    arn: String,
}

impl SnsTopic {
    /// The topic of this ARN.
    pub fn new(client: Client, arn: String) -> Self {
        Self { client, arn }
    }

    /// Publishes one batch; answers the first that failed, and why.
    async fn publish_batch(&self, batch: &[BookingChanged]) -> Result<Option<(usize, String)>, Failure> {
        let what = "publish bookings";
        let mut entries = Vec::with_capacity(batch.len());
        for (place, change) in batch.iter().enumerate() {
            let entry = PublishBatchRequestEntry::builder()
                .id(place.to_string())
                .message(serde_json::to_string(change).map_err(|e| Failure::permanent(what, e))?);
            entries.push(entry.build().map_err(|e| Failure::permanent(what, e))?);
        }
        let publish = self.client.publish_batch().topic_arn(&self.arn).set_publish_batch_request_entries(Some(entries));
        let done = publish.send().await.map_err(|e| Failure::transient(what, DisplayErrorContext(e)))?;
        let failed =
            done.failed().iter().filter_map(|failed| Some((failed.id().parse().ok()?, failed.code().to_owned())));
        Ok(failed.min())
    }
}

#[async_trait]
impl Topic for SnsTopic {
    async fn publish(&self, changes: &[BookingChanged]) -> (usize, Result<(), Failure>) {
        for (number, batch) in changes.chunks(BATCH).enumerate() {
            let before = number * BATCH;
            match self.publish_batch(batch).await {
                Err(why) => return (before, Err(why)),
                Ok(Some((first, code))) => return (before + first, Err(Failure::transient("publish bookings", code))),
                Ok(None) => {}
            }
        }
        (changes.len(), Ok(()))
    }
}
