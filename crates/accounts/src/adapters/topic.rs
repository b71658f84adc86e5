use crate::ports::UserTopic;
use async_trait::async_trait;
use aws_sdk_sns::Client;
use aws_sdk_sns::error::DisplayErrorContext;
use contracts::{Failure, UserNews};

/// The topic of users on SNS. Subscriptions filter by the message's own `type`.
#[derive(Debug, Clone)]
pub struct SnsUserTopic {
    client: Client,
    arn: String,
}

impl SnsUserTopic {
    /// The topic of this ARN.
    pub fn new(client: Client, arn: String) -> Self {
        Self { client, arn }
    }
}

#[async_trait]
impl UserTopic for SnsUserTopic {
    async fn publish(&self, news: &[UserNews]) -> (usize, Result<(), Failure>) {
        let what = "publish users";
        // One by one: they are few.
        for (told, one) in news.iter().enumerate() {
            let message = match serde_json::to_string(one) {
                Ok(message) => message,
                Err(why) => return (told, Err(Failure::permanent(what, why))),
            };
            if let Err(why) = self.client.publish().topic_arn(&self.arn).message(message).send().await {
                return (told, Err(Failure::transient(what, DisplayErrorContext(why))));
            }
        }
        (news.len(), Ok(()))
    }
}
