//! SNS, embedded: topics whose messages go to the queues of [`Sqs`], and so into their journal.

use crate::Sqs;
use async_trait::async_trait;
use rustack_sns_core::config::SnsConfig;
use rustack_sns_core::handler::RustackSnsHandler;
use rustack_sns_core::provider::RustackSns;
use rustack_sns_core::publisher::{DeliveryError, SqsPublisher};
use rustack_sns_http::service::{SnsHttpConfig, SnsHttpService};
use rustack_sns_model::input::{CreateTopicInput, SubscribeInput};
use std::net::SocketAddr;
use std::sync::Arc;
use template::Template;
use template::{ACCOUNT, Error, REGION};

/// Makes the topics and the subscriptions, and answers SNS's HTTP layer.
pub fn start(
    address: SocketAddr,
    template: &Template,
    sqs: Arc<Sqs>,
) -> Result<SnsHttpService<RustackSnsHandler>, Error> {
    let config = SnsConfig {
        skip_signature_validation: true,
        default_region: REGION.to_owned(),
        account_id: ACCOUNT.to_owned(),
        host: address.ip().to_string(),
        port: address.port(),
    };
    let sns = Arc::new(RustackSns::new(config, Arc::new(ToQueues(sqs))));
    for name in &template.topics {
        let topic = CreateTopicInput { name: name.clone(), ..CreateTopicInput::default() };
        sns.create_topic(topic).map_err(|e| format!("SNS: {e}"))?;
    }
    for subscription in &template.subscriptions {
        let subscribe = SubscribeInput {
            topic_arn: subscription.topic_arn.clone(),
            protocol: "sqs".to_owned(),
            endpoint: Some(subscription.endpoint.clone()),
            attributes: subscription.attributes.clone(),
            return_subscription_arn: true,
        };
        sns.subscribe(subscribe).map_err(|e| format!("SNS: {e}"))?;
    }
    let http = SnsHttpConfig { region: REGION.to_owned(), ..SnsHttpConfig::default() };
    Ok(SnsHttpService::new(Arc::new(RustackSnsHandler::new(sns)), http))
}

struct ToQueues(Arc<Sqs>);

#[async_trait]
impl SqsPublisher for ToQueues {
    fn validate(&self, _: &str) -> Result<(), DeliveryError> {
        Ok(())
    }

    async fn send_message(
        &self,
        queue_arn: &str,
        message_body: &str,
        _: Option<&str>,
        _: Option<&str>,
    ) -> Result<(), DeliveryError> {
        let queue = queue_arn.rsplit(':').next().unwrap_or_default();
        let sent = self.0.send(queue, message_body).await;
        sent.map_err(|e| DeliveryError::SqsDeliveryFailed { queue_arn: queue_arn.to_owned(), reason: e.to_string() })
    }
}
