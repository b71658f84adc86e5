use crate::ports::Queues;
use async_trait::async_trait;
use aws_sdk_sqs::Client;
use contracts::{BookingId, EventId, Failure, HoldTimer, InvoiceNumber, PaymentWork, Timestamp};
use queue::Queue;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// On the queue of events to be closed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloseEvent {
    /// The event.
    pub event_id: EventId,
}

/// The queues that ticketing writes to, on SQS.
#[derive(Debug, Clone)]
pub struct SqsQueues {
    timers: Queue,
    payments: Queue,
    closing: Queue,
}

/// Where the queues are; one that a function does not write to stays empty.
#[derive(Debug, Clone, Default)]
pub struct QueueUrls {
    /// The timers'.
    pub timers: String,
    /// Payments' work.
    pub payments: String,
    /// Events to be closed.
    pub closing: String,
}

impl SqsQueues {
    /// At these URLs.
    pub fn new(client: Client, urls: QueueUrls) -> Self {
        let at = |url| Queue::new(client.clone(), url);
        Self { timers: at(urls.timers), payments: at(urls.payments), closing: at(urls.closing) }
    }
}

#[async_trait]
impl Queues for SqsQueues {
    async fn start_timer(&self, booking_id: BookingId, due: Timestamp, now: Timestamp) -> Result<(), Failure> {
        self.timers.send("start a timer", &HoldTimer { booking_id, due }, now.until(due)).await
    }

    async fn request_payment(&self, invoice: &InvoiceNumber) -> Result<(), Failure> {
        self.payments.send("ask for payment", &PaymentWork { invoice: invoice.clone() }, Duration::ZERO).await
    }

    async fn close_event(&self, event_id: EventId, delay: Duration) -> Result<(), Failure> {
        self.closing.send("have an event closed", &CloseEvent { event_id }, delay).await
    }
}
