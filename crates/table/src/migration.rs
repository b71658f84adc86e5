//! Migrations of stored items: versioned, safe to repeat, and resumed where they broke off.

use crate::{Item, Key, Table, failure, number, text};
use aws_sdk_dynamodb::types::AttributeValue;
use contracts::Failure;
use futures::{StreamExt, stream};
use serde::{Deserialize, Serialize};

/// One migration of a table: attributes that items of an older version lack.
pub struct Migration {
    /// Counts from 1, without gaps. A number that was used once is never given to another migration.
    pub number: u32,
    /// What it does, in a few words.
    pub what: &'static str,
    /// The attributes that an item should have; empty for items that the migration does not concern. They depend
    /// on attributes that never change, or whose writers of this release write the new attribute too. So writes during
    /// the migration do not matter.
    pub fill: fn(&Item) -> Item,
}

/// How far a migration is. It is kept in the table itself: `PK = MIGRATION`, `SK = <number>`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Progress {
    done: bool,
    changed: u64,
    /// The key of the last item looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pk: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sk: Option<String>,
}

/// What became of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Migrated {
    /// It was done before.
    Before,
    /// It is done now. This many items were changed, with those of earlier runs that broke off.
    Now(u64),
}

/// How many items are read between two notes of progress.
const PAGE: i32 = 100;
/// Items written side by side.
const AT_ONCE: usize = 16;

fn progress_key(migration: &Migration) -> Key {
    Key::new("MIGRATION", format!("{:04}", migration.number))
}

impl Table {
    /// Carries a migration out, or the rest of it. The table may be in use meanwhile.
    pub async fn migrate(&self, migration: &Migration) -> Result<Migrated, Failure> {
        let mut progress: Progress = self.get(&progress_key(migration)).await?.unwrap_or_default();
        if progress.done {
            return Ok(Migrated::Before);
        }
        while !progress.done {
            self.migrate_page(migration, &mut progress).await?;
        }
        Ok(Migrated::Now(progress.changed))
    }

    /// Carries out a page of a migration and notes how far it is.
    async fn migrate_page(&self, migration: &Migration, progress: &mut Progress) -> Result<(), Failure> {
        let from = progress.pk.clone().zip(progress.sk.clone()).map(|(pk, sk)| Key::new(pk, sk).attributes());
        let scan = self.client.scan().table_name(&self.name).limit(PAGE).set_exclusive_start_key(from);
        let page = scan.send().await.map_err(|e| failure("migrate", &e))?;
        let writes = stream::iter(page.items.unwrap_or_default()).map(|item| self.fill(migration, item));
        let written: Vec<Result<bool, Failure>> = writes.buffer_unordered(AT_ONCE).collect().await;
        for changed in written {
            progress.changed += u64::from(changed?);
        }
        let part = |name: &str| page.last_evaluated_key.as_ref()?.get(name)?.as_s().ok().cloned();
        (progress.pk, progress.sk, progress.done) = (part("PK"), part("SK"), page.last_evaluated_key.is_none());
        let unfinished = "attribute_not_exists(done) OR done = :no";
        let values = [(":no", AttributeValue::Bool(false))];
        let note = self.put_if(&progress_key(migration), progress, unfinished, values).await?;
        // Refused: somebody else finished it.
        progress.done |= note.is_err();
        Ok(())
    }

    /// Gives an item what it lacks; answers whether it lacked anything.
    async fn fill(&self, migration: &Migration, item: Item) -> Result<bool, Failure> {
        let mut missing = (migration.fill)(&item);
        missing.retain(|name, _| !item.contains_key(name));
        if missing.is_empty() {
            return Ok(false);
        }
        let part = |name: &str| item.get(name).and_then(|key| key.as_s().ok()).cloned().unwrap_or_default();
        let mut update = self.update(&Key::new(part("PK"), part("SK"))).condition_expression("attribute_exists(PK)");
        let mut sets = Vec::new();
        for (n, (name, attribute)) in missing.into_iter().enumerate() {
            sets.push(format!("#a{n} = if_not_exists(#a{n}, :a{n})"));
            update = update.expression_attribute_names(format!("#a{n}"), name);
            update = update.expression_attribute_values(format!(":a{n}"), attribute);
        }
        // Refused: the item is gone meanwhile.
        Ok(self.apply(update.update_expression(format!("SET {}", sets.join(", ")))).await?.is_ok())
    }
}

/// A text attribute of an item.
pub fn text_of<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

/// The texts of a list attribute.
pub fn texts_of<'a>(item: &'a Item, name: &str) -> impl Iterator<Item = &'a str> {
    let list = item.get(name).and_then(|list| list.as_l().ok()).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(|text| text.as_s().ok().map(String::as_str))
}

/// A list of texts.
pub fn list(texts: impl Iterator<Item = String>) -> AttributeValue {
    AttributeValue::L(texts.map(text).collect())
}

/// Text attributes, as a migration fills them in.
pub fn texts(attributes: &[(&str, String)]) -> Item {
    attributes.iter().map(|(name, content)| ((*name).to_owned(), text(content))).collect()
}

/// A first version.
pub fn first_version() -> (String, AttributeValue) {
    ("version".to_owned(), number(1))
}
