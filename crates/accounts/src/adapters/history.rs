//! Keeps each user's booking history in DynamoDB.

use crate::adapters::keys;
use crate::domain::Entry;
use crate::ports::History;
use async_trait::async_trait;
use contracts::{BookingSummary, Failure, Page, PageRequest, UserId};
use table::{Item, Key, Table, number, of_cursor, text, value};

/// Histories in the table `accounts`, in the order of their keys, read from the newest; see [`keys`].
#[derive(Debug, Clone)]
pub struct DynamoHistory(Table);

impl DynamoHistory {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }
}

#[async_trait]
impl History for DynamoHistory {
    async fn record(&self, user: UserId, entry: &Entry) -> Result<(), Failure> {
        let booking = &entry.booking;
        let key = Key::new(keys::partition(user), format!("{}{}#{}", keys::BOOKINGS, booking.created_at, booking.id));
        let unseen = "attribute_not_exists(PK) OR version < :version";
        // If the write is refused, the history has this version or a newer one, and nothing is left to do.
        self.0.put_if(&key, entry, unseen, [(":version", number(entry.version))]).await.map(drop)
    }

    async fn list(&self, user: UserId, asked: &PageRequest) -> Result<Option<Page<BookingSummary>>, Failure> {
        let from = match asked.from() {
            None => None,
            Some(from) => match of_cursor(from).filter(|sk| sk.starts_with(keys::BOOKINGS)) {
                Some(sk) => Some(Key::new(keys::partition(user), sk).attributes()),
                None => return Ok(None),
            },
        };
        let query = self
            .0
            .query()
            .key_condition_expression("PK = :pk AND begins_with(SK, :prefix)")
            .expression_attribute_values(":pk", text(keys::partition(user)))
            .expression_attribute_values(":prefix", text(keys::BOOKINGS))
            .scan_index_forward(false)
            .set_exclusive_start_key(from);
        let booking = |item| {
            let booking = value::<Entry>(item)?.booking;
            Ok(Some(booking.completed()))
        };
        let shown = |found: Vec<Item>| async move { found.into_iter().map(booking).collect() };
        self.0.page([query], "SK", asked, shown).await.map(Some)
    }
}
