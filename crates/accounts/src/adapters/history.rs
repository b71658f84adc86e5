use crate::ports::{History, HistoryPage};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contracts::{BookingSummary, Failure, UserId};
use serde::{Deserialize, Serialize};
use table::{Key, Table, number, text, value};

/// Histories in the table `accounts`: `PK = USER#<id>`, `SK = BOOKING#<created_at>#<booking id>`, so that newest first
/// is the order of keys.
#[derive(Debug, Clone)]
pub struct DynamoHistory(Table);

#[derive(Serialize, Deserialize)]
struct StoredEntry {
    #[serde(flatten)]
    entry: BookingSummary,
    version: u64,
}

const PREFIX: &str = "BOOKING#";

impl DynamoHistory {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }
}

fn partition(user: UserId) -> String {
    format!("USER#{user}")
}

#[async_trait]
impl History for DynamoHistory {
    async fn record(&self, user: UserId, entry: &BookingSummary, version: u64) -> Result<(), Failure> {
        let key = Key::new(partition(user), format!("{PREFIX}{}#{}", entry.created_at, entry.id));
        let stored = StoredEntry { entry: entry.clone(), version };
        let unseen = "attribute_not_exists(PK) OR version < :version";
        // Refused: this version is seen or passed, and that is all there was to do.
        self.0.put_if(&key, &stored, unseen, [(":version", number(version))]).await.map(drop)
    }

    async fn list(&self, user: UserId, limit: i32, cursor: Option<&str>) -> Result<Option<HistoryPage>, Failure> {
        let from = match cursor {
            None => None,
            Some(cursor) => {
                let decoded = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
                let Some(sk) = decoded.filter(|sk| sk.starts_with(PREFIX) && sk.len() < 100) else { return Ok(None) };
                Some(Key::new(partition(user), sk).attributes())
            }
        };
        let query = self
            .0
            .query()
            .key_condition_expression("PK = :pk AND begins_with(SK, :prefix)")
            .expression_attribute_values(":pk", text(partition(user)))
            .expression_attribute_values(":prefix", text(PREFIX))
            .scan_index_forward(false)
            .limit(limit)
            .set_exclusive_start_key(from);
        let page = query.send().await.map_err(|e| table::failure("list a history", &e))?;
        let next = page.last_evaluated_key.as_ref().and_then(|key| key.get("SK")?.as_s().ok());
        let next_cursor = next.map(|sk| URL_SAFE_NO_PAD.encode(sk));
        let entries = page.items.unwrap_or_default().into_iter().map(|item| Ok(value::<StoredEntry>(item)?.entry));
        Ok(Some(HistoryPage { entries: entries.collect::<Result<_, Failure>>()?, next_cursor }))
    }
}
