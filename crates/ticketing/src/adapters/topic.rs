use crate::ports::Topic;
use async_trait::async_trait;
use aws_sdk_sns::Client;
use contracts::{BookingChanged, EventNews, Failure};

/// The topics of bookings and of events on SNS. Subscriptions filter by the message's own `status` or `type`.
#[derive(Debug, Clone)]
pub struct SnsTopics {
    bookings: topic::Topic,
    events: topic::Topic,
}

impl SnsTopics {
    /// The topics of these ARNs; one that a function does not publish on may be empty.
    pub fn new(client: Client, bookings: String, events: String) -> Self {
        Self { bookings: topic::Topic::new(client.clone(), bookings), events: topic::Topic::new(client, events) }
    }
}

#[async_trait]
impl Topic for SnsTopics {
    async fn publish(&self, changes: &[BookingChanged]) -> (usize, Result<(), Failure>) {
        self.bookings.publish(changes).await
    }

    async fn publish_news(&self, news: &[EventNews]) -> (usize, Result<(), Failure>) {
        self.events.publish(news).await
    }
}
