use crate::ports::Queues;
use async_trait::async_trait;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::DisplayErrorContext;
use contracts::{BookingId, EventId, Failure, HoldTimer, InvoiceNumber, PaymentWork, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The longest delay of an SQS message, in seconds (Amazon SQS developer guide, "Message quotas"). A timer that is due
/// later comes early and is sent again.
const LONGEST_DELAY: u64 = 900;

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
    client: Client,
    urls: QueueUrls,
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
    async fn start_timer(&self, booking_id: BookingId, due: Timestamp, now: Timestamp) -> Result<(), Failure> {
        let wait = now.until(due);
        // Rounded up: a timer that comes early only has to be sent again.
        let seconds = (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).min(LONGEST_DELAY);
        let delay = i32::try_from(seconds).unwrap_or(0);
        self.send("start a timer", &self.urls.timers, &HoldTimer { booking_id, due }, delay).await
    }

    async fn request_payment(&self, invoice: &InvoiceNumber) -> Result<(), Failure> {
        self.send("ask for payment", &self.urls.payments, &PaymentWork { invoice: invoice.clone() }, 0).await
    }

    async fn close_event(&self, event_id: EventId, delay: Duration) -> Result<(), Failure> {
        let delay = i32::try_from(delay.as_secs()).unwrap_or(0);
        self.send("have an event closed", &self.urls.closing, &CloseEvent { event_id }, delay).await
    }
}
