//! What the rules need from the world.

use crate::domain::{Outcome, StoredInvoice};
use async_trait::async_trait;
use contracts::webhook::InvoiceEvent;
use contracts::{Failure, InvoiceNumber, InvoiceStatus, Money, Timestamp};
use uuid::Uuid;

/// The invoices kept.
#[async_trait]
pub trait Invoices: Send + Sync {
    /// Reads one, consistently.
    async fn get(&self, number: &InvoiceNumber) -> Result<Option<StoredInvoice>, Failure>;

    /// Keeps a new one. MUST change nothing and answer the one that is there when the number is taken.
    async fn insert(&self, new: &StoredInvoice) -> Result<Inserted, Failure>;

    /// Moves one from `PENDING` to `to`. MUST change nothing and answer it as it is when it is not `PENDING`, so that
    /// of two movers one wins and the other reads the winner. `None`: there is none.
    async fn decide(
        &self,
        number: &InvoiceNumber,
        to: InvoiceStatus,
        now: Timestamp,
    ) -> Result<Option<StoredInvoice>, Failure>;
}

/// What became of a new invoice.
#[derive(Debug)]
pub enum Inserted {
    /// It is kept.
    New,
    /// Its number was taken, by this one.
    Existing(StoredInvoice),
}

/// The queue of the payment worker.
#[async_trait]
pub trait PaymentQueue: Send + Sync {
    /// Asks for this invoice to be settled. Asking twice is harmless.
    async fn request(&self, number: &InvoiceNumber) -> Result<(), Failure>;
}

/// Where the money comes from: a payment provider.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// Tries to take the money. A real one MUST be given the reference as its idempotency key, so that a second try
    /// answers the first's outcome.
    async fn charge(&self, reference: Uuid, amount: Money) -> Result<Outcome, Failure>;
}

/// The clients' webhooks.
#[async_trait]
pub trait Webhooks: Send + Sync {
    /// Delivers an event, signed. MUST send the same `id` for the same event each time. Done once the client took it.
    async fn deliver(&self, id: &str, event: &InvoiceEvent) -> Result<(), Failure>;
}
