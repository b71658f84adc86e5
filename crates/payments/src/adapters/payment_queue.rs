use crate::ports::PaymentQueue;
use async_trait::async_trait;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::DisplayErrorContext;
use contracts::{Failure, InvoiceNumber, PaymentWork};

/// The payment worker's queue on SQS.
#[derive(Debug, Clone)]
pub struct SqsPaymentQueue {
    client: Client,
    url: String,
}

impl SqsPaymentQueue {
    /// The queue at this URL.
    pub fn new(client: Client, url: String) -> Self {
        Self { client, url }
    }
}

#[async_trait]
impl PaymentQueue for SqsPaymentQueue {
    async fn request(&self, number: &InvoiceNumber) -> Result<(), Failure> {
        let work = PaymentWork { invoice: number.clone() };
        let body = serde_json::to_string(&work).map_err(|e| Failure::permanent("ask for payment", e))?;
        let send = self.client.send_message().queue_url(&self.url).message_body(body);
        send.send().await.map(drop).map_err(|e| Failure::transient("ask for payment", DisplayErrorContext(e)))
    }
}
