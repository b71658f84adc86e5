use crate::ports::{PurchaseChanged, Topic};
use async_trait::async_trait;
use aws_sdk_sns::Client;
use contracts::Failure;

/// The topic of purchases on SNS. Subscriptions filter by the message's own `status`.
#[derive(Debug, Clone)]
pub struct SnsTopic(topic::Topic);

impl SnsTopic {
    /// The topic of this ARN.
    pub fn new(client: Client, arn: String) -> Self {
        Self(topic::Topic::new(client, arn))
    }
}

#[async_trait]
impl Topic for SnsTopic {
    async fn publish(&self, changes: &[PurchaseChanged]) -> (usize, Result<(), Failure>) {
        self.0.publish(changes).await
    }
}
