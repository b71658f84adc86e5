use crate::ports::{PurchaseTimer, Queues};
use async_trait::async_trait;
use aws_sdk_sqs::Client;
use contracts::{Failure, InvoiceNumber, PaymentWork, PurchaseId, Timestamp};
use queue::Queue;
use std::time::Duration;

/// The queues that power writes to, on SQS.
#[derive(Debug, Clone)]
pub struct SqsQueues {
    timers: Queue,
    payments: Queue,
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
        Self { timers: Queue::new(client.clone(), urls.timers), payments: Queue::new(client, urls.payments) }
    }
}

#[async_trait]
impl Queues for SqsQueues {
    async fn start_timer(&self, purchase_id: PurchaseId, due: Timestamp, now: Timestamp) -> Result<(), Failure> {
        self.timers.send("start a timer", &PurchaseTimer { purchase_id, due }, now.until(due)).await
    }

    async fn request_payment(&self, invoice: &InvoiceNumber) -> Result<(), Failure> {
        self.payments.send("ask for payment", &PaymentWork { invoice: invoice.clone() }, Duration::ZERO).await
    }
}
