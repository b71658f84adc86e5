use crate::ports::{BookingTopic, EventTopic};
use async_trait::async_trait;
use contracts::{BookingChanged, EventNews, Failure};
use topic::Topic;

/// The topic of bookings on SNS. Subscriptions filter by the message's own `status`.
#[derive(Debug, Clone)]
pub struct SnsBookingTopic(pub Topic);

/// The topic of events on SNS. Subscriptions filter by the message's own `type`.
#[derive(Debug, Clone)]
pub struct SnsEventTopic(pub Topic);

#[async_trait]
impl BookingTopic for SnsBookingTopic {
    async fn publish(&self, changes: &[BookingChanged]) -> (usize, Result<(), Failure>) {
        self.0.publish(changes).await
    }
}

#[async_trait]
impl EventTopic for SnsEventTopic {
    async fn publish(&self, news: &[EventNews]) -> (usize, Result<(), Failure>) {
        self.0.publish(news).await
    }
}
