//! What the rules need from the world.

use crate::domain::{Meter, MeterQuery, Order, Product, Purchase, PurchaseStatus, Rates, Token, Transition};
use async_trait::async_trait;
use contracts::{
    CorrelationId, CreateInvoice, Failure, Invoice, InvoiceNumber, LiveState, Page, PageRequest, ProductId, PurchaseId,
    RefundAnswer, Timestamp, UserId,
};
use serde::{Deserialize, Serialize};

/// The products kept.
#[async_trait]
pub trait Products: Send + Sync {
    /// Reads one, consistently.
    async fn get(&self, id: ProductId) -> Result<Option<Product>, Failure>;

    /// A page, cheapest first, of those that are sold, or of all. `None`: the cursor is not one of ours.
    async fn list(&self, all: bool, asked: &PageRequest) -> Result<Option<Page<Product>>, Failure>;

    /// Keeps a new one; MUST answer false and change nothing when there is one of this nominal.
    async fn insert(&self, product: &Product) -> Result<bool, Failure>;

    /// Replaces `before` by `after`; MUST answer false and change nothing when it is not as `before` any more.
    async fn update(&self, before: &Product, after: &Product) -> Result<bool, Failure>;

    /// Removes it; MUST answer false and change nothing when it is not as it was any more.
    async fn delete(&self, product: &Product) -> Result<bool, Failure>;
}

/// The meters kept.
#[async_trait]
pub trait Meters: Send + Sync {
    /// Reads one by its own or its customer's number, consistently.
    async fn find(&self, number: &MeterQuery) -> Result<Option<Meter>, Failure>;

    /// A page, by number, and the cursor of the next. `None`: the cursor is not one of ours.
    async fn list(&self, asked: &PageRequest) -> Result<Option<Page<Meter>>, Failure>;

    /// Keeps a new one; MUST answer false and change nothing when there is one of this number or of this customer.
    async fn insert(&self, meter: &Meter) -> Result<bool, Failure>;

    /// Replaces `before` by `after`, and changes the customer that it is found by; MUST answer false and change nothing
    /// when it is not as `before` any more, or when the customer has another meter.
    async fn update(&self, before: &Meter, after: &Meter) -> Result<bool, Failure>;

    /// Removes it; MUST answer false and change nothing when it is not as it was any more.
    async fn delete(&self, meter: &Meter) -> Result<bool, Failure>;
}

/// The table of rates.
#[async_trait]
pub trait RateTable: Send + Sync {
    /// Reads it, consistently. Until it was changed it is that of homes.
    async fn get(&self) -> Result<Rates, Failure>;

    /// Replaces `before` by `after`; MUST answer false and change nothing when it is not as `before` any more.
    async fn update(&self, before: &Rates, after: &Rates) -> Result<bool, Failure>;
}

/// The purchases kept, and how much of its month's limit each meter has used.
#[async_trait]
pub trait Purchases: Send + Sync {
    /// Keeps a new one and counts it in its meter's month, both or neither. MUST change nothing when it exists already,
    /// when the month has no room for it, or, unless it is bought `again`, when the buyer's last purchase of this
    /// product for this meter is under way.
    async fn insert(&self, new: &Purchase, again: bool) -> Result<Inserted, Failure>;

    /// Reads one, consistently.
    async fn get(&self, id: PurchaseId) -> Result<Option<Purchase>, Failure>;

    /// Writes a change of `before`, and frees its month if the change says so, both or neither. Answers it as it is
    /// now. MUST answer `None` and change nothing when it is not as `before` any more.
    async fn change(&self, before: &Purchase, change: &Transition, now: Timestamp)
    -> Result<Option<Purchase>, Failure>;

    /// A page of a buyer's purchases, newest first, and the cursor of the next. `None`: the cursor is not one of ours.
    async fn of_buyer(&self, buyer: UserId, asked: &PageRequest) -> Result<Option<Page<Purchase>>, Failure>;

    /// Claims the notice of a purchase's status. MUST answer [`Claim::Ours`] to one caller at a time, and to nobody
    /// once the buyer was told.
    async fn claim_notice(&self, id: PurchaseId, about: PurchaseStatus, now: Timestamp) -> Result<Claim, Failure>;

    /// Notes that the buyer was told. `forget` deletes the purchase's contact.
    async fn told(&self, id: PurchaseId, about: PurchaseStatus, forget: bool) -> Result<(), Failure>;
}

/// What became of a new purchase.
#[derive(Debug)]
pub enum Inserted {
    /// It is kept.
    New,
    /// Its id was taken, by this one.
    Existing(Box<Purchase>),
    /// An equal purchase of this id is under way.
    UnderWay(PurchaseId),
    /// The meter's month has no room for it.
    OverLimit,
}

/// Who sends a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// The caller, who has a minute for it.
    Ours,
    /// Somebody else is sending it just now.
    Busy,
    /// It was sent.
    Done,
}

/// The timers of purchases.
#[async_trait]
pub trait Timers: Send + Sync {
    /// Sends a timer that comes when `due` has come, or after the queue's longest delay if that is sooner.
    async fn start(&self, purchase: PurchaseId, due: Timestamp, now: Timestamp) -> Result<(), Failure>;
}

/// The queue of payments' work.
#[async_trait]
pub trait PaymentQueue: Send + Sync {
    /// Asks payments for this invoice to be settled. Asking twice is harmless.
    async fn request_payment(&self, invoice: &InvoiceNumber) -> Result<(), Failure>;
}

/// The payments service.
#[async_trait]
pub trait Payments: Send + Sync {
    /// Makes the one invoice of a reference, or answers the one there is.
    async fn create_invoice(&self, asked: &CreateInvoice) -> Result<Invoice, Failure>;

    /// Withdraws an invoice, even one that was never made. Answers it as it is now, which may be paid.
    async fn void_invoice(&self, number: &InvoiceNumber) -> Result<Invoice, Failure>;

    /// Has a paid invoice paid back. MUST have the money paid back once, even if it is asked several times.
    async fn refund_invoice(&self, number: &InvoiceNumber) -> Result<RefundAnswer, Failure>;
}

/// The power company. A failure means that there is no answer; it never means a refusal.
#[async_trait]
pub trait PowerCompany: Send + Sync {
    /// Whose meter is it, and may it be sold to?
    async fn inquire(&self, number: &MeterQuery) -> Result<Inquiry, Failure>;

    /// Buys a token. The company sells once for one reference, and answers the same each time it is asked.
    async fn buy(&self, order: &Order) -> Result<Answer, Failure>;

    /// What became of an order? `None`: it never came to the company.
    async fn status(&self, order: &Order) -> Result<Option<Answer>, Failure>;
}

/// What the power company says of a meter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inquiry {
    /// This is it.
    Found(Meter),
    /// There is none of this number.
    Unknown,
    /// Nothing is sold to it.
    Blocked,
    /// It has a tariff that nobody here can read.
    OtherTariff,
}

/// A final answer to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// This is its token.
    Issued(Token),
    /// There will be none.
    Refused,
}

/// The topic of purchases.
#[async_trait]
pub trait Topic: Send + Sync {
    /// Publishes all of them, in order; answers how many were told before one failed, and why it did.
    async fn publish(&self, changes: &[PurchaseChanged]) -> (usize, Result<(), Failure>);
}

/// A message on the topic: a purchase changed, and this is its status now. It holds no personal data, so whoever acts
/// on it reads the purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseChanged {
    /// The purchase.
    pub id: PurchaseId,
    /// Where it stands.
    pub status: PurchaseStatus,
    /// Grows by one with every change.
    pub version: u64,
    /// The chain of requests and messages in which it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<CorrelationId>,
}

impl PurchaseChanged {
    /// The message of this purchase's current status.
    pub fn of(purchase: &Purchase) -> Self {
        let Purchase { id, status, version, correlation, .. } = purchase;
        Self { id: *id, status: *status, version: *version, correlation: correlation.clone() }
    }
}

/// Those who watch how things stand.
#[async_trait]
pub trait Live: Send + Sync {
    /// Tells them these states, in no order.
    async fn tell(&self, states: &[LiveState]) -> Result<(), Failure>;
}

/// A message on the timer's queue: look at this purchase once `due` has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurchaseTimer {
    /// The purchase.
    pub purchase_id: PurchaseId,
    /// Its `expires_at`.
    pub due: Timestamp,
}

/// A printer of receipts.
pub trait ReceiptPrinter: Send + Sync {
    /// The receipt of an issued purchase, as PDF. `meter_name` is whose meter it is.
    fn print(&self, purchase: &Purchase, meter_name: &str) -> Result<Vec<u8>, Failure>;
}
