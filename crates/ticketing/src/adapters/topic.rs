use crate::ports::Topic;
use async_trait::async_trait;
use aws_sdk_sns::Client;
use aws_sdk_sns::error::DisplayErrorContext;
use aws_sdk_sns::types::PublishBatchRequestEntry;
use contracts::{BookingChanged, EventNews, Failure};
use serde::Serialize;

/// Messages of one `PublishBatch` (Amazon SNS API reference).
const BATCH: usize = 10;
const WHAT: &str = "publish what changed";

/// The topics of bookings and of events on SNS. Subscriptions filter by the message's own `status` or `type`.
#[derive(Debug, Clone)]
pub struct SnsTopics {
    client: Client,
    bookings: String,
    events: String,
}

impl SnsTopics {
    /// The topics of these ARNs; one that a function does not publish on may be empty.
    pub fn new(client: Client, bookings: String, events: String) -> Self {
        Self { client, bookings, events }
    }

    async fn publish_all(&self, topic: &str, messages: &[impl Serialize]) -> (usize, Result<(), Failure>) {
        for (number, batch) in messages.chunks(BATCH).enumerate() {
            let before = number * BATCH;
            match self.publish_batch(topic, batch).await {
                Err(why) => return (before, Err(why)),
                Ok(Some((first, code))) => return (before + first, Err(Failure::transient(WHAT, code))),
                Ok(None) => {}
            }
        }
        (messages.len(), Ok(()))
    }

    /// Publishes one batch; answers the first that failed, and why.
    async fn publish_batch(&self, topic: &str, batch: &[impl Serialize]) -> Result<Option<(usize, String)>, Failure> {
        let mut entries = Vec::with_capacity(batch.len());
        for (place, message) in batch.iter().enumerate() {
            let entry = PublishBatchRequestEntry::builder()
                .id(place.to_string())
                .message(serde_json::to_string(message).map_err(|e| Failure::permanent(WHAT, e))?);
            entries.push(entry.build().map_err(|e| Failure::permanent(WHAT, e))?);
        }
        let publish = self.client.publish_batch().topic_arn(topic).set_publish_batch_request_entries(Some(entries));
        let done = publish.send().await.map_err(|e| Failure::transient(WHAT, DisplayErrorContext(e)))?;
        let failed =
            done.failed().iter().filter_map(|failed| Some((failed.id().parse().ok()?, failed.code().to_owned())));
        Ok(failed.min())
    }
}

#[async_trait]
impl Topic for SnsTopics {
    async fn publish(&self, changes: &[BookingChanged]) -> (usize, Result<(), Failure>) {
        self.publish_all(&self.bookings, changes).await
    }

    async fn publish_news(&self, news: &[EventNews]) -> (usize, Result<(), Failure>) {
        self.publish_all(&self.events, news).await
    }
}
