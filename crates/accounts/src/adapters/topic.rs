use crate::ports::UserTopic;
use async_trait::async_trait;
use aws_sdk_sns::Client;
use contracts::{Failure, UserNews};
use topic::Topic;

/// The topic of users on SNS. Subscriptions filter by the message's own `type`.
#[derive(Debug, Clone)]
pub struct SnsUserTopic(Topic);

impl SnsUserTopic {
    /// The topic of this ARN.
    pub fn new(client: Client, arn: String) -> Self {
        Self(Topic::new(client, arn))
    }
}

#[async_trait]
impl UserTopic for SnsUserTopic {
    async fn publish(&self, news: &[UserNews]) -> (usize, Result<(), Failure>) {
        self.0.publish(news).await
    }
}
