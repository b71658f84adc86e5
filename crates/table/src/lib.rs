//! One DynamoDB table of one service, with single-table keys `PK` and `SK`.
//!
//! It reads and writes typed items, turns every error into a [`Failure`] that says whether trying again helps, and
//! retries a write that conflicted with another. Expressions stay in the adapters: a condition is a rule of its service
//! and must be read beside that service's other rules.

mod lease;
pub mod migration;
pub mod pages;
pub mod spread;

pub use lease::Lease;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::builders::{DeleteBuilder, PutBuilder, UpdateBuilder};
use aws_sdk_dynamodb::types::{
    AttributeValue, Delete, KeysAndAttributes, Put, PutRequest, ReturnValue, ReturnValuesOnConditionCheckFailure,
    Select, TransactWriteItem, Update, WriteRequest,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contracts::{Failure, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// An item as the SDK has it.
pub type Item = HashMap<String, AttributeValue>;

/// The most items of one `TransactWriteItems` (Amazon DynamoDB, "Quotas").
pub const TRANSACTION_ITEMS: usize = 100;
/// The most items of one `BatchWriteItem` (Amazon DynamoDB, "Quotas").
const BATCH_ITEMS: usize = 25;
/// The most items of one `BatchGetItem` (Amazon DynamoDB, "Quotas").
const BATCH_KEYS: usize = 100;
/// How many times a write that conflicts with another is tried: about two seconds in all, with the pauses below.
const TRIES: u32 = 8;

/// Draws a number from 0 (included) to 1 (excluded), each with the same probability.
pub type Chance = Arc<dyn Fn() -> f64 + Send + Sync>;

/// A table of a service.
#[derive(Clone)]
pub struct Table {
    client: Client,
    name: String,
    chance: Chance,
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Table").field(&self.name).finish()
    }
}

/// A refused write: its condition did not hold. With the item as it is, if there is one.
#[derive(Debug)]
pub struct Refused(pub Option<Item>);

impl Refused {
    /// The item that is there, as a value.
    pub fn present<T: DeserializeOwned>(self) -> Result<Option<T>, Failure> {
        self.0.map(value).transpose()
    }
}

/// Writes that happen all together or not at all. Each part has a label, which its refusal names.
#[derive(Debug)]
pub struct Transaction<L> {
    labels: Vec<L>,
    parts: Vec<TransactWriteItem>,
}

/// Why one part of a transaction refused.
#[derive(Debug)]
pub struct Refusal<L> {
    /// The label of the part.
    pub of: L,
    /// The item as it is, if there is one and `ALL_OLD` was asked for.
    pub item: Option<Item>,
}

impl<L> Transaction<L> {
    /// A transaction without parts yet.
    pub const fn new() -> Self {
        Self { labels: Vec::new(), parts: Vec::new() }
    }

    /// Adds a part.
    pub fn add(&mut self, label: L, part: TransactWriteItem) {
        self.labels.push(label);
        self.parts.push(part);
    }
}

impl<L> Default for Transaction<L> {
    fn default() -> Self {
        Self::new()
    }
}

impl<L> FromIterator<(L, TransactWriteItem)> for Transaction<L> {
    fn from_iter<I: IntoIterator<Item = (L, TransactWriteItem)>>(parts: I) -> Self {
        let (labels, parts) = parts.into_iter().unzip();
        Self { labels, parts }
    }
}

/// The key of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The partition.
    pub pk: String,
    /// The place in it.
    pub sk: String,
}

impl Key {
    /// From partition and place.
    pub fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }

    /// As the SDK wants it.
    pub fn attributes(&self) -> Item {
        Item::from([("PK".into(), text(&self.pk)), ("SK".into(), text(&self.sk))])
    }
}

/// A text attribute.
pub fn text(value: impl ToString) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

/// A number attribute.
pub fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// Any value as an attribute.
pub fn attribute(value: impl Serialize) -> Result<AttributeValue, Failure> {
    serde_dynamo::to_attribute_value(value).map_err(|e| Failure::permanent("write an attribute", e))
}

/// A value as an item, with its key.
pub fn item(key: &Key, value: &impl Serialize) -> Result<Item, Failure> {
    let mut item: Item = serde_dynamo::to_item(value).map_err(|e| Failure::permanent("write an item", e))?;
    item.extend(key.attributes());
    Ok(item)
}

/// An item as a value.
pub fn value<T: DeserializeOwned>(item: Item) -> Result<T, Failure> {
    // The reader's message could quote the item, and items hold personal data. So only the type is named.
    serde_dynamo::from_item(item).map_err(|_| Failure::permanent("read an item", std::any::type_name::<T>()))
}

/// An SDK's error as a failure: transient, unless its code says that trying again cannot help.
pub fn failure<E>(what: &str, error: &SdkError<E>) -> Failure
where
    E: ProvideErrorMetadata + std::error::Error,
{
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
    let stays = matches!(
        code,
        Some(
            "ValidationException"
                | "AccessDeniedException"
                | "ResourceNotFoundException"
                | "UnrecognizedClientException"
        )
    );
    let why = match error.as_service_error() {
        Some(service) => format!("{}: {}", code.unwrap_or("error"), service.message().unwrap_or_default()),
        None => error.to_string(),
    };
    if stays { Failure::permanent(what, why) } else { Failure::transient(what, why) }
}

/// A part of a transaction that writes a new item. If there is one already, the refusal holds it.
pub fn create(table: &str, key: &Key, new: &impl Serialize) -> Result<TransactWriteItem, Failure> {
    let put = Put::builder().table_name(table).set_item(Some(item(key, new)?));
    put_part(put.condition_expression("attribute_not_exists(PK)"))
}

/// A put as a part of a transaction. If its condition does not hold, the refusal holds the item that is there.
pub fn put_part(put: PutBuilder) -> Result<TransactWriteItem, Failure> {
    let put = put.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld).build();
    Ok(TransactWriteItem::builder().put(put.map_err(|e| Failure::permanent("write a transaction", e))?).build())
}

/// A change as a part of a transaction. If its condition does not hold, the refusal holds the item that is there.
pub fn update_part(update: UpdateBuilder) -> Result<TransactWriteItem, Failure> {
    let update = update.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld).build();
    Ok(TransactWriteItem::builder().update(update.map_err(|e| Failure::permanent("write a transaction", e))?).build())
}

/// A removal as a part of a transaction.
pub fn delete_part(delete: DeleteBuilder) -> Result<TransactWriteItem, Failure> {
    let delete = delete.build().map_err(|e| Failure::permanent("write a transaction", e))?;
    Ok(TransactWriteItem::builder().delete(delete).build())
}

/// An idempotency key and what it was claimed for.
#[derive(Serialize)]
struct KeyClaim<'a> {
    digest: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<i64>,
}

/// Writes a place in a list as a cursor that clients hand back. `text` MUST be made by us.
pub fn cursor(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// Reads the text back from a cursor; `None` if that is not possible. The caller checks that it is one of ours and of
/// this list.
pub fn of_cursor(cursor: &str) -> Option<String> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok().filter(|text| text.len() <= 200)
}

impl Table {
    /// The table of this name.
    pub fn new(client: Client, name: String) -> Self {
        Self { client, name, chance: Arc::new(rand::random) }
    }

    /// This table, with `chance` to draw the lengths of its pauses.
    #[must_use]
    pub fn with_chance(self, chance: Chance) -> Self {
        Self { chance, ..self }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reads one item, consistently.
    pub async fn get<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<T>, Failure> {
        let get = self.client.get_item().table_name(&self.name).set_key(Some(key.attributes())).consistent_read(true);
        let found = get.send().await.map_err(|e| failure("get an item", &e))?;
        found.item.map(value).transpose()
    }

    /// Reads items, consistently, in no order; those that are not there are left out.
    pub async fn get_all<T: DeserializeOwned>(&self, keys: &[Key]) -> Result<Vec<T>, Failure> {
        let mut found = Vec::with_capacity(keys.len());
        for batch in keys.chunks(BATCH_KEYS) {
            let mut left = Some(batch.iter().map(Key::attributes).collect::<Vec<_>>());
            for attempt in 0..TRIES {
                let Some(keys) = left.take() else { break };
                let asked = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
                let asked = asked.map_err(|e| Failure::permanent("get items", e))?;
                let get = self.client.batch_get_item().request_items(&self.name, asked);
                let answer = get.send().await.map_err(|e| failure("get items", &e))?;
                let items = answer.responses.unwrap_or_default().remove(&self.name).unwrap_or_default();
                found.extend(items.into_iter().map(value).collect::<Result<Vec<T>, _>>()?);
                left = answer.unprocessed_keys.unwrap_or_default().remove(&self.name).map(|rest| rest.keys);
                if left.is_some() {
                    self.pause(attempt).await;
                }
            }
            if left.is_some() {
                return Err(Failure::transient("get items", "some stay unprocessed"));
            }
        }
        Ok(found)
    }

    /// Removes an item, whether it is there or not.
    pub async fn delete(&self, key: &Key) -> Result<(), Failure> {
        let delete = self.client.delete_item().table_name(&self.name).set_key(Some(key.attributes()));
        for attempt in 0..TRIES {
            let Err(error) = delete.clone().send().await else { return Ok(()) };
            match error.as_service_error() {
                Some(DeleteItemError::TransactionConflictException(_)) => self.pause(attempt).await,
                _ => return Err(failure("delete an item", &error)),
            }
        }
        Err(Failure::transient("delete an item", "it met other writes too often"))
    }

    /// Writes an item where none is.
    pub async fn insert<T: Serialize>(&self, key: &Key, new: &T) -> Result<Result<(), Refused>, Failure> {
        self.put_if(key, new, "attribute_not_exists(PK)", []).await
    }

    /// Writes an item if `condition` holds.
    pub async fn put_if<T: Serialize>(
        &self,
        key: &Key,
        new: &T,
        condition: &str,
        values: impl IntoIterator<Item = (&'static str, AttributeValue)>,
    ) -> Result<Result<(), Refused>, Failure> {
        let values: Item = values.into_iter().map(|(name, v)| (name.to_owned(), v)).collect();
        let put = self.client.put_item().table_name(&self.name).set_item(Some(item(key, new)?));
        let put = put
            .condition_expression(condition)
            .set_expression_attribute_values((!values.is_empty()).then_some(values))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        for attempt in 0..TRIES {
            let Err(error) = put.clone().send().await else { return Ok(Ok(())) };
            match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(refused)) => {
                    return Ok(Err(Refused(refused.item.clone())));
                }
                Some(PutItemError::TransactionConflictException(_)) => self.pause(attempt).await,
                _ => return Err(failure("put an item", &error)),
            }
        }
        Err(Failure::transient("put an item", "it met other writes too often"))
    }

    /// Claims an idempotency key; see [`contracts::idempotency::Keys`]. DynamoDB's TTL deletes it by `expires`.
    pub async fn claim_key(
        &self,
        key: Uuid,
        digest: &str,
        now: Timestamp,
        until: Option<Timestamp>,
    ) -> Result<bool, Failure> {
        let claim = KeyClaim { digest, expires: until.map(Timestamp::seconds) };
        let free = "attribute_not_exists(PK) OR digest = :digest OR expires < :now";
        let values = [(":digest", text(digest)), (":now", number(now.seconds()))];
        Ok(self.put_if(&Key::new(format!("KEY#{key}"), "KEY"), &claim, free, values).await?.is_ok())
    }

    /// Begins a put that is part of a transaction.
    pub fn part_put(&self, key: &Key, new: &impl Serialize) -> Result<PutBuilder, Failure> {
        Ok(Put::builder().table_name(&self.name).set_item(Some(item(key, new)?)))
    }

    /// Begins a change that is part of a transaction.
    pub fn part_update(&self, key: &Key) -> UpdateBuilder {
        Update::builder().table_name(&self.name).set_key(Some(key.attributes()))
    }

    /// Begins a removal that is part of a transaction.
    pub fn part_delete(&self, key: &Key) -> DeleteBuilder {
        Delete::builder().table_name(&self.name).set_key(Some(key.attributes()))
    }

    /// Begins a change of one item.
    pub fn update(&self, key: &Key) -> UpdateItemFluentBuilder {
        self.client.update_item().table_name(&self.name).set_key(Some(key.attributes()))
    }

    /// Carries out a change under its condition; answers the item as it is now.
    pub async fn apply(&self, update: UpdateItemFluentBuilder) -> Result<Result<Item, Refused>, Failure> {
        let update = update
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        for attempt in 0..TRIES {
            let error = match update.clone().send().await {
                Ok(done) => return Ok(Ok(done.attributes.unwrap_or_default())),
                Err(error) => error,
            };
            match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                    return Ok(Err(Refused(refused.item.clone())));
                }
                Some(UpdateItemError::TransactionConflictException(_)) => self.pause(attempt).await,
                _ => return Err(failure("update an item", &error)),
            }
        }
        Err(Failure::transient("update an item", "it met other writes too often"))
    }

    /// Begins a query.
    pub fn query(&self) -> QueryFluentBuilder {
        self.client.query().table_name(&self.name)
    }

    /// All items that a query finds, page after page.
    pub async fn all(&self, query: QueryFluentBuilder) -> Result<Vec<Item>, Failure> {
        let mut found = Vec::new();
        let mut from = None;
        loop {
            let page = query.clone().set_exclusive_start_key(from).send().await.map_err(|e| failure("query", &e))?;
            found.extend(page.items.unwrap_or_default());
            from = page.last_evaluated_key;
            if from.is_none() {
                return Ok(found);
            }
        }
    }

    /// The items that one request of a query finds.
    pub async fn some(&self, query: QueryFluentBuilder) -> Result<Vec<Item>, Failure> {
        Ok(query.send().await.map_err(|e| failure("query", &e))?.items.unwrap_or_default())
    }

    /// How many items a query finds.
    pub async fn count(&self, query: QueryFluentBuilder) -> Result<u64, Failure> {
        let (mut found, mut from) = (0, None);
        loop {
            let page = query.clone().select(Select::Count).set_exclusive_start_key(from);
            let page = page.send().await.map_err(|e| failure("query", &e))?;
            found += u64::try_from(page.count).unwrap_or_default();
            from = page.last_evaluated_key;
            if from.is_none() {
                return Ok(found);
            }
        }
    }

    /// Writes items without a condition, 25 a call, several calls at once. Not atomic.
    pub async fn write_all(&self, items: Vec<Item>) -> Result<(), Failure> {
        let batches: Vec<_> = items.chunks(BATCH_ITEMS).map(<[Item]>::to_vec).collect();
        for together in batches.chunks(16) {
            let calls = together.iter().map(|batch| self.write_batch(batch.clone()));
            futures::future::try_join_all(calls).await?;
        }
        Ok(())
    }

    async fn write_batch(&self, items: Vec<Item>) -> Result<(), Failure> {
        let request = |item| {
            let put =
                PutRequest::builder().set_item(Some(item)).build().map_err(|e| Failure::permanent("write items", e))?;
            Ok(WriteRequest::builder().put_request(put).build())
        };
        let mut left = items.into_iter().map(request).collect::<Result<Vec<_>, Failure>>()?;
        for attempt in 0..TRIES {
            let write = self.client.batch_write_item().request_items(&self.name, left);
            let done = write.send().await.map_err(|e| failure("write items", &e))?;
            left = done.unprocessed_items.unwrap_or_default().remove(&self.name).unwrap_or_default();
            if left.is_empty() {
                return Ok(());
            }
            self.pause(attempt).await;
        }
        Err(Failure::transient("write items", "some stay unprocessed"))
    }

    /// Carries out all of these writes or none; answers `false` when one of them refused, whichever it was.
    pub async fn all_or_none(&self, parts: impl IntoIterator<Item = TransactWriteItem>) -> Result<bool, Failure> {
        let transaction: Transaction<()> = parts.into_iter().map(|part| ((), part)).collect();
        Ok(self.transact(transaction).await?.is_ok())
    }

    /// Carries out a transaction, or says which parts refused. A transaction that conflicted with another is tried
    /// again after a random pause.
    pub async fn transact<L>(&self, transaction: Transaction<L>) -> Result<Result<(), Vec<Refusal<L>>>, Failure> {
        let Transaction { labels, parts } = transaction;
        for attempt in 0..TRIES {
            let write = self.client.transact_write_items().set_transact_items(Some(parts.clone()));
            let Err(error) = write.send().await else { return Ok(Ok(())) };
            let reasons = match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                    cancelled.cancellation_reasons()
                }
                _ => return Err(failure("carry out a transaction", &error)),
            };
            let coded = |wanted: &str| reasons.iter().any(|r| r.code() == Some(wanted));
            // If a part conflicted with another transaction or was throttled, nobody knows whether its condition holds.
            // Its refusal may be more important than the others, so the transaction is tried again.
            let judged = |code: Option<&str>| matches!(code, None | Some("None" | "ConditionalCheckFailed"));
            if coded("ConditionalCheckFailed") && reasons.iter().all(|r| judged(r.code())) {
                // AWS gives the reasons in the order of the parts.
                let refused =
                    labels.into_iter().zip(reasons).filter(|(_, r)| r.code() == Some("ConditionalCheckFailed"));
                return Ok(Err(refused.map(|(of, r)| Refusal { of, item: r.item.clone() }).collect()));
            }
            if coded("ValidationError") || coded("ItemCollectionSizeLimitExceeded") {
                return Err(failure("carry out a transaction", &error));
            }
            self.pause(attempt).await;
        }
        Err(Failure::transient("carry out a transaction", "it met other writes too often"))
    }

    /// Waits a random time: up to 10 ms at first, then up to twice as long each time, and at most half a second. The
    /// random times keep two writers that conflicted from conflicting again.
    pub async fn pause(&self, attempt: u32) {
        let most = Duration::from_millis(10 << attempt.min(6)).min(Duration::from_millis(500));
        tokio::time::sleep(most.mul_f64((self.chance)())).await;
    }
}
