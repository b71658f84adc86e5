//! Keeps invoices in DynamoDB.

use crate::domain::StoredInvoice;
use crate::ports::{Inserted, Invoices};
use async_trait::async_trait;
use contracts::idempotency::Keys;
use contracts::{Failure, InvoiceNumber, InvoiceStatus, Page, PageRequest, Service, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use table::spread::SpreadIndex;
use table::{Item, Key, Refused, Table, attribute, number, of_cursor, spread, text, value};
use uuid::Uuid;

/// Invoices in the table `payments`: one item each, `PK = INVOICE#<number>`, `SK = INVOICE`. The index `by_client`
/// lists the keys of a client's invoices: `CLIENT = <client>`, spread ([`spread`]), `MADE = <created_at>#<number>`.
/// Beside them stand idempotency keys, for a day at least: `PK = KEY#<id>`, `SK = KEY`.
#[derive(Debug, Clone)]
pub struct DynamoInvoices(Table);

/// The partition key of the index.
pub(super) const CLIENT: &str = "CLIENT";
/// The sort key of the index.
pub(super) const MADE: &str = "MADE";
/// Invoices by when they were made.
const BY_CLIENT: SpreadIndex = SpreadIndex { name: "by_client", list: CLIENT, place: MADE, backwards: false };

/// An invoice with its place in the index.
#[derive(Serialize)]
struct Indexed<'a> {
    #[serde(flatten)]
    invoice: &'a StoredInvoice,
    #[serde(rename = "CLIENT")]
    client: String,
    #[serde(rename = "MADE")]
    made: String,
}

#[derive(Deserialize)]
struct Attempts {
    refund_attempts: u64,
}

impl DynamoInvoices {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }

    /// Moves an invoice from one status to another, or answers it as it is.
    async fn shift(
        &self,
        number: &InvoiceNumber,
        (from, to): (InvoiceStatus, InvoiceStatus),
        now: Timestamp,
    ) -> Result<Option<StoredInvoice>, Failure> {
        let update = self
            .0
            .update(&key(number))
            .update_expression("SET #status = :to, updated_at = :now")
            .condition_expression("#status = :from")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":to", attribute(to)?)
            .expression_attribute_values(":from", attribute(from)?)
            .expression_attribute_values(":now", text(now));
        as_it_is(self.0.apply(update).await?)
    }
}

/// The invoice as it is after a change, which may have been refused.
fn as_it_is(changed: Result<Item, Refused>) -> Result<Option<StoredInvoice>, Failure> {
    match changed {
        Ok(now) => value(now).map(Some),
        Err(refused) => refused.present(),
    }
}

fn key(number: &InvoiceNumber) -> Key {
    Key::new(format!("INVOICE#{number}"), "INVOICE")
}

/// The place in [`BY_CLIENT`] that a cursor names.
fn place_of(from: &str) -> Option<String> {
    of_cursor(from).filter(|made| number_at(made).is_some())
}

/// The invoice at this place of [`BY_CLIENT`].
fn number_at(made: &str) -> Option<InvoiceNumber> {
    made.split_once('#')?.1.parse().ok()
}

#[async_trait]
impl Keys for DynamoInvoices {
    async fn claim(&self, key: Uuid, digest: &str, now: Timestamp, until: Option<Timestamp>) -> Result<bool, Failure> {
        self.0.claim_key(key, digest, now, until).await
    }
}

#[async_trait]
impl Invoices for DynamoInvoices {
    async fn get(&self, number: &InvoiceNumber) -> Result<Option<StoredInvoice>, Failure> {
        self.0.get(&key(number)).await
    }

    async fn insert(&self, new: &StoredInvoice) -> Result<Inserted, Failure> {
        let made = format!("{}#{}", new.created_at, new.number);
        let client = spread::part_of(&new.client, new.reference);
        match self.0.insert(&key(&new.number), &Indexed { invoice: new, client, made }).await? {
            Ok(()) => Ok(Inserted::New),
            Err(refused) => {
                let old = refused.present()?;
                old.map(Inserted::Existing)
                    .ok_or_else(|| Failure::transient("insert an invoice", "it is there, and then it is not"))
            }
        }
    }

    async fn since(
        &self,
        client: &Service,
        since: Timestamp,
        asked: &PageRequest,
    ) -> Result<Option<Page<StoredInvoice>>, Failure> {
        let from = match asked.from() {
            None => None,
            Some(from) => match place_of(from) {
                Some(place) => Some(place),
                None => return Ok(None),
            },
        };
        // Every place begins with a time, so what was made at `since` is behind it too.
        let after = since.to_string().max(from.unwrap_or_default());
        let queries = BY_CLIENT.queries(&self.0, client, Some(&after));
        let number = |item: &Item| number_at(item.get(MADE)?.as_s().ok()?);
        let shown = |found: Vec<Item>| async move {
            let numbers: Vec<_> = found.iter().map(number).collect();
            let keys: Vec<_> = numbers.iter().flatten().map(key).collect();
            let invoices: Vec<StoredInvoice> = self.0.get_all(&keys).await?;
            let mut invoices: HashMap<_, _> = invoices.into_iter().map(|one| (one.number.clone(), one)).collect();
            Ok(numbers.into_iter().map(|number| invoices.remove(&number?)).collect())
        };
        self.0.page(queries, MADE, asked, shown).await.map(Some)
    }

    async fn begin_refund(&self, number_of: &InvoiceNumber) -> Result<Option<u64>, Failure> {
        let update = self
            .0
            .update(&key(number_of))
            .update_expression("ADD refund_attempts :one")
            .condition_expression("#status IN (:paid, :void) AND attribute_not_exists(refund_refused_at)")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":paid", attribute(InvoiceStatus::Paid)?)
            .expression_attribute_values(":void", attribute(InvoiceStatus::Void)?);
        match self.0.apply(update).await? {
            Ok(now) => Ok(Some(value::<Attempts>(now)?.refund_attempts)),
            Err(_) => Ok(None),
        }
    }

    async fn refunded(&self, number: &InvoiceNumber, now: Timestamp) -> Result<Option<StoredInvoice>, Failure> {
        self.shift(number, (InvoiceStatus::Paid, InvoiceStatus::Refunded), now).await
    }

    async fn refund_refused(&self, number: &InvoiceNumber, now: Timestamp) -> Result<(), Failure> {
        let update = self
            .0
            .update(&key(number))
            .update_expression("SET refund_refused_at = :now")
            .condition_expression("#status IN (:paid, :void) AND attribute_not_exists(refund_refused_at)")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":now", text(now))
            .expression_attribute_values(":paid", attribute(InvoiceStatus::Paid)?)
            .expression_attribute_values(":void", attribute(InvoiceStatus::Void)?);
        self.0.apply(update).await.map(drop)
    }

    async fn refunded_by_hand(
        &self,
        number: &InvoiceNumber,
        (from, to): (InvoiceStatus, InvoiceStatus),
        by: UserId,
        now: Timestamp,
    ) -> Result<Option<StoredInvoice>, Failure> {
        let update = self
            .0
            .update(&key(number))
            .update_expression("SET #status = :to, refunded_by = :by, updated_at = :now")
            .condition_expression(
                "#status = :from AND attribute_exists(refund_refused_at) AND attribute_not_exists(refunded_by)",
            )
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":to", attribute(to)?)
            .expression_attribute_values(":from", attribute(from)?)
            .expression_attribute_values(":by", text(by))
            .expression_attribute_values(":now", text(now));
        as_it_is(self.0.apply(update).await?)
    }

    async fn decide(
        &self,
        number: &InvoiceNumber,
        to: InvoiceStatus,
        now: Timestamp,
    ) -> Result<Option<StoredInvoice>, Failure> {
        self.shift(number, (InvoiceStatus::Pending, to), now).await
    }
}
