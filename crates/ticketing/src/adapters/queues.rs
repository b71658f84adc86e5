//! The SQS queues that ticketing sends to: timers of holds, work for payments, events to be closed, events that were
//! moved, users who changed their name, and what watchers are told.

use crate::ports::{ClosingQueue, Live, MovedPart, MovingQueue, PaymentQueue, Renamed, RenamingQueue, Timers};
use async_trait::async_trait;
use contracts::{BookingId, EventId, Failure, HoldTimer, InvoiceNumber, LiveState, PaymentWork, Timestamp};
use queue::Queue;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A message on the queue of events to be closed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloseEvent {
    /// The event.
    pub event_id: EventId,
    /// Which part of its closing is to be done. None: the closing begins, or begins anew if it stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<u64>,
}

/// The timers of holds, on SQS.
#[derive(Debug, Clone)]
pub struct SqsTimers(pub Queue);

/// The work queue of payments, on SQS.
#[derive(Debug, Clone)]
pub struct SqsPaymentQueue(pub Queue);

/// Events to be closed, on SQS.
#[derive(Debug, Clone)]
pub struct SqsClosingQueue(pub Queue);

/// Events that were moved, on SQS.
#[derive(Debug, Clone)]
pub struct SqsMovingQueue(pub Queue);

/// Users who changed their name, on SQS.
#[derive(Debug, Clone)]
pub struct SqsRenamingQueue {
    /// The queue.
    pub queue: Queue,
    /// How long after its change a request may know an earlier name.
    pub after: Duration,
}

/// What watchers are told, on SQS.
#[derive(Debug, Clone)]
pub struct SqsLive(pub Queue);

#[async_trait]
impl Live for SqsLive {
    async fn tell(&self, states: &[LiveState]) -> Result<(), Failure> {
        self.0.send_soon("tell watchers", states).await
    }
}

#[async_trait]
impl Timers for SqsTimers {
    async fn start(&self, booking_id: BookingId, due: Timestamp, now: Timestamp) -> Result<(), Failure> {
        self.0.send("start a timer", &HoldTimer { booking_id, due }, now.until(due)).await
    }
}

#[async_trait]
impl PaymentQueue for SqsPaymentQueue {
    async fn request_payment(&self, invoice: &InvoiceNumber) -> Result<(), Failure> {
        self.0.send("ask for payment", &PaymentWork::of(invoice.clone()), Duration::ZERO).await
    }
}

#[async_trait]
impl ClosingQueue for SqsClosingQueue {
    async fn close_event(&self, event_id: EventId, part: Option<u64>, delay: Duration) -> Result<(), Failure> {
        self.0.send("have an event closed", &CloseEvent { event_id, part }, delay).await
    }
}

#[async_trait]
impl MovingQueue for SqsMovingQueue {
    async fn move_bookings(&self, part: &MovedPart, delay: Duration) -> Result<(), Failure> {
        self.0.send("have bookings moved", part, delay).await
    }
}

#[async_trait]
impl RenamingQueue for SqsRenamingQueue {
    async fn look_again(&self, renamed: &Renamed) -> Result<(), Failure> {
        self.queue.send("have a user looked at again", renamed, self.after).await
    }
}
