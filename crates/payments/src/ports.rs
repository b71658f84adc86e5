//! What the rules need from the world.

use crate::domain::{Outcome, StoredInvoice};
use async_trait::async_trait;
use contracts::idempotency::Keys;
use contracts::webhook::InvoiceEvent;
use contracts::{
    Failure, InvoiceNumber, InvoiceStatus, Money, Page, PageRequest, PaymentMethod, PaymentWork, RefundAnswer, Service,
    Timestamp, UserId,
};
use uuid::Uuid;

/// The invoices kept.
#[async_trait]
pub trait Invoices: Keys {
    /// Reads one, consistently.
    async fn get(&self, number: &InvoiceNumber) -> Result<Option<StoredInvoice>, Failure>;

    /// Keeps a new one. MUST change nothing and answer the one that is there when the number is taken.
    async fn insert(&self, new: &StoredInvoice) -> Result<Inserted, Failure>;

    /// A page of a client's invoices made at `since` or later, oldest first. `None`: the cursor is not one of ours.
    async fn since(
        &self,
        client: &Service,
        since: Timestamp,
        asked: &PageRequest,
    ) -> Result<Option<Page<StoredInvoice>>, Failure>;

    /// Counts one more attempt to pay back the money of an invoice that is paid or void, and answers the attempt's
    /// number. `None`: the invoice is neither, or the provider refused for good.
    async fn begin_refund(&self, number: &InvoiceNumber) -> Result<Option<u64>, Failure>;

    /// Moves one from `PAID` to `REFUNDED`. MUST change nothing and answer it as it is when it is not `PAID`.
    async fn refunded(&self, number: &InvoiceNumber, now: Timestamp) -> Result<Option<StoredInvoice>, Failure>;

    /// Notes that the provider refused for good to pay back the money of one that is paid or void, once.
    async fn refund_refused(&self, number: &InvoiceNumber, now: Timestamp) -> Result<(), Failure>;

    /// Moves one of which a refund was refused, and notes who paid the money back by hand. MUST change nothing and
    /// answer it as it is when somebody did so before, when nothing was refused, or when it is not `from`.
    async fn refunded_by_hand(
        &self,
        number: &InvoiceNumber,
        (from, to): (InvoiceStatus, InvoiceStatus),
        by: UserId,
        now: Timestamp,
    ) -> Result<Option<StoredInvoice>, Failure>;

    /// Moves one from `PENDING` to `to`. MUST change nothing and answer it as it is when it is not `PENDING`: if two
    /// callers decide at once, one wins, and the other reads what was decided. `None`: there is none.
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
    /// Asks for an invoice to be settled. Asking twice is harmless.
    async fn request(&self, work: &PaymentWork) -> Result<(), Failure>;
}

/// How people may pay at the provider that there is.
pub trait PaymentMethods: Send + Sync {
    /// The methods, best known first. None: there is no provider.
    fn offered(&self) -> Vec<PaymentMethod>;

    /// Does no real money move?
    fn are_simulated(&self) -> bool;
}

/// Where the money comes from: a payment provider.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// Tries to take the money, by the method that the payer chose. A real provider MUST get the reference as its
    /// idempotency key, so that a second try has the outcome of the first.
    async fn charge(&self, reference: Uuid, amount: Money, method: Option<PaymentMethod>) -> Result<Outcome, Failure>;

    /// Pays back what was taken for this reference, if anything was; `attempt` counts from 1. A real provider MUST get
    /// the reference as its idempotency key, so that the money goes back once, even if it is asked several times. A
    /// failure is not a refusal: ask again.
    async fn refund(&self, reference: Uuid, amount: Money, attempt: u64) -> Result<RefundAnswer, Failure>;
}

/// The clients' webhooks.
#[async_trait]
pub trait Webhooks: Send + Sync {
    /// Delivers an event, signed. MUST send the same `id` for the same event each time. `Ok` once the client accepted
    /// it.
    async fn deliver(&self, id: &str, event: &InvoiceEvent) -> Result<(), Failure>;
}
