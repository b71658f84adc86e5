use crate::ports::PaymentQueue;
use async_trait::async_trait;
use aws_sdk_sqs::Client;
use contracts::{Failure, PaymentWork, Service};
use queue::Queue;
use std::collections::HashMap;
use std::time::Duration;

/// The payment worker's queues on SQS. Each client has its own, so that many requests of one do not delay another's.
#[derive(Debug, Clone)]
pub struct SqsPaymentQueue(HashMap<Service, Queue>);

impl SqsPaymentQueue {
    /// The queues at these URLs.
    pub fn new(client: Client, urls: impl IntoIterator<Item = (Service, String)>) -> Self {
        let at = |(service, url)| (service, Queue::new(client.clone(), url));
        Self(urls.into_iter().map(at).collect())
    }
}

#[async_trait]
impl PaymentQueue for SqsPaymentQueue {
    async fn request(&self, work: &PaymentWork) -> Result<(), Failure> {
        let what = "ask for payment";
        let queue = work.invoice.parts().and_then(|(client, _)| self.0.get(&client));
        let queue = queue.ok_or_else(|| Failure::permanent(what, "unknown client"))?;
        queue.send(what, work, Duration::ZERO).await
    }
}
