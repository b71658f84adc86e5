use crate::ports::PaymentQueue;
use async_trait::async_trait;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::DisplayErrorContext;
use contracts::{Failure, InvoiceNumber, PaymentWork, Service};
use std::collections::HashMap;

/// The payment worker's queues on SQS, one for each client: a crowd of one's does not keep another's waiting.
#[derive(Debug, Clone)]
pub struct SqsPaymentQueue {
    client: Client,
    urls: HashMap<Service, String>,
}

impl SqsPaymentQueue {
    /// The queues at these URLs.
    pub fn new(client: Client, urls: impl IntoIterator<Item = (Service, String)>) -> Self {
        Self { client, urls: urls.into_iter().collect() }
    }
}

#[async_trait]
impl PaymentQueue for SqsPaymentQueue {
    async fn request(&self, number: &InvoiceNumber) -> Result<(), Failure> {
        let what = "ask for payment";
        let url = number.parts().and_then(|(client, _)| self.urls.get(&client));
        let url = url.ok_or_else(|| Failure::permanent(what, "unknown client"))?;
        let work = PaymentWork { invoice: number.clone() };
        let body = serde_json::to_string(&work).map_err(|e| Failure::permanent(what, e))?;
        let send = self.client.send_message().queue_url(url).message_body(body);
        send.send().await.map(drop).map_err(|e| Failure::transient(what, DisplayErrorContext(e)))
    }
}
