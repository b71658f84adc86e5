use crate::ports::{PurchaseTimer, Queues};
use async_trait::async_trait;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::DisplayErrorContext;
use contracts::{Failure, InvoiceNumber, PaymentWork, PurchaseId, Timestamp};
use serde::Serialize;

/// The longest delay of an SQS message, in seconds (Amazon SQS developer guide, "Message quotas"). A timer that is due
/// later comes early and is sent again.
const LONGEST_DELAY: u64 = 900;

/// The queues that power writes to, on SQS.
#[derive(Debug, Clone)]
pub struct SqsQueues {
    client: Client,
    urls: QueueUrls,
}

/// Where the queues are; one that a function does not write to stays empty.
#[derive(Debug, Clone, Default)]
pub struct QueueUrls {
    /// The timers'.
    pub timers: String,
    /// Payments' work, power's own.
    pub payments: String,
}

impl SqsQueues {
    /// At these URLs.
    pub fn new(client: Client, urls: QueueUrls) -> Self {
        Self { client, urls }
    }

    async fn send(&self, what: &str, url: &str, message: &impl Serialize, delay: i32) -> Result<(), Failure> {
        let body = serde_json::to_string(message).map_err(|e| Failure::permanent(what, e))?;
        let send = self.client.send_message().queue_url(url).message_body(body).delay_seconds(delay);
        send.send().await.map(drop).map_err(|e| Failure::transient(what, DisplayErrorContext(e)))
    }
}

#[async_trait]
impl Queues for SqsQueues {
    async fn start_timer(&self, purchase_id: PurchaseId, due: Timestamp, now: Timestamp) -> Result<(), Failure> {
        let wait = now.until(due);
        // Rounded up: a timer that comes early only has to be sent again.
        let seconds = (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).min(LONGEST_DELAY);
        let delay = i32::try_from(seconds).unwrap_or(0);
        self.send("start a timer", &self.urls.timers, &PurchaseTimer { purchase_id, due }, delay).await
    }

    async fn request_payment(&self, invoice: &InvoiceNumber) -> Result<(), Failure> {
        self.send("ask for payment", &self.urls.payments, &PaymentWork { invoice: invoice.clone() }, 0).await
    }
}
