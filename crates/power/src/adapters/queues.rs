use crate::ports::{Live, PaymentQueue, PurchaseTimer, Timers};
use async_trait::async_trait;
use contracts::{Failure, InvoiceNumber, LiveState, PaymentWork, PurchaseId, Timestamp};
use queue::Queue;
use std::time::Duration;

/// The timers of purchases, on SQS.
#[derive(Debug, Clone)]
pub struct SqsTimers(pub Queue);

/// The queue of payments' work that comes from power, on SQS.
#[derive(Debug, Clone)]
pub struct SqsPaymentQueue(pub Queue);

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
    async fn start(&self, purchase_id: PurchaseId, due: Timestamp, now: Timestamp) -> Result<(), Failure> {
        self.0.send("start a timer", &PurchaseTimer { purchase_id, due }, now.until(due)).await
    }
}

#[async_trait]
impl PaymentQueue for SqsPaymentQueue {
    async fn request_payment(&self, invoice: &InvoiceNumber) -> Result<(), Failure> {
        self.0.send("ask for payment", &PaymentWork::of(invoice.clone()), Duration::ZERO).await
    }
}
