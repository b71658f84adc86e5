//! The packed seat maps in DynamoDB, written from the table's stream.

use crate::adapters::keys;
use crate::domain::{BlockMap, SeatChange};
use crate::ports::SeatMaps;
use async_trait::async_trait;
use contracts::{EventId, Failure};
use futures::future::try_join_all;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use table::{TRANSACTION_ITEMS, Table, create, text, value};

/// How many attempts a write gets when somebody else wrote the map meanwhile. A shard of the stream has one reader at a
/// time, so that is rare.
const TRIES: u32 = 4;
/// The most events of which it is remembered in how many parts their maps are.
const MOST: usize = 1_000;

/// Packed seat maps in the table `ticketing`; see [`keys`].
#[derive(Debug)]
pub struct DynamoSeatMaps {
    table: Table,
    /// In how many parts the maps of an event were found to be, where it is more than one.
    parts: Mutex<HashMap<EventId, u32>>,
}

impl DynamoSeatMaps {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self { table, parts: Mutex::default() }
    }

    /// The maps of an event in its own partitions.
    async fn apart(&self, event: EventId) -> Result<Vec<BlockMap>, Failure> {
        let known = self.parts.lock().unwrap_or_else(PoisonError::into_inner).get(&event).copied().unwrap_or(1);
        let together = (0..known).map(|part| in_partition(&self.table, keys::maps(event, part), false));
        let mut maps: Vec<_> = try_join_all(together).await?.into_iter().flatten().collect();
        let mut parts = known;
        // A part that is full has another one behind it, or is the last.
        while maps.len() == (parts * keys::MAPS_TOGETHER) as usize {
            maps.extend(in_partition(&self.table, keys::maps(event, parts), false).await?);
            parts += 1;
        }
        if parts > known {
            let mut kept = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() >= MOST {
                kept.clear();
            }
            kept.insert(event, parts);
        }
        Ok(maps)
    }
}

/// The maps in a partition, by ordinal.
async fn in_partition(table: &Table, partition: String, consistently: bool) -> Result<Vec<BlockMap>, Failure> {
    let query = table
        .query()
        .key_condition_expression("PK = :pk AND begins_with(SK, :maps)")
        .expression_attribute_values(":pk", text(partition))
        .expression_attribute_values(":maps", text(keys::MAPS))
        .consistent_read(consistently);
    table.all(query).await?.into_iter().map(value).collect()
}

/// The map of a block as it is now. That of an event from an earlier release is beside its event until it is asked for
/// here: see [`bring_along`].
pub(super) async fn present(table: &Table, event: EventId, ordinal: u32) -> Result<Option<BlockMap>, Failure> {
    let key = keys::map(event, ordinal);
    if let Some(map) = table.get(&key).await? {
        return Ok(Some(map));
    }
    bring_along(table, event).await?;
    table.get(&key).await
}

/// Copies the maps of an event from an earlier release, all at once, from beside the event to their own partitions.
/// Nobody looks at the earlier ones again. Of more than a hundred, the first are copied last: readers look there first.
async fn bring_along(table: &Table, event: EventId) -> Result<(), Failure> {
    if table.get::<BlockMap>(&keys::map(event, 0)).await?.is_some() {
        return Ok(());
    }
    let earlier = in_partition(table, keys::event_partition(event), true).await?;
    for together in earlier.chunks(TRANSACTION_ITEMS).rev() {
        let copies = together.iter().map(|map| create(table.name(), &keys::map(event, map.ordinal), map));
        // Refused: somebody else copied them.
        table.all_or_none(copies.collect::<Result<Vec<_>, _>>()?).await?;
    }
    Ok(())
}

#[async_trait]
impl SeatMaps for DynamoSeatMaps {
    async fn read(&self, event: EventId) -> Result<Vec<BlockMap>, Failure> {
        let apart = self.apart(event).await?;
        if !apart.is_empty() {
            return Ok(apart);
        }
        let earlier = in_partition(&self.table, keys::event_partition(event), false).await?;
        // They may have been copied between the two looks.
        if earlier.is_empty() { self.apart(event).await } else { Ok(earlier) }
    }

    async fn apply(&self, changes: &[SeatChange]) -> Result<Option<BlockMap>, Failure> {
        let Some(first) = changes.first() else { return Ok(None) };
        for _ in 0..TRIES {
            // The map is written with its block, before anybody can hold a seat. A map is missing only for seats that a
            // broken attempt left behind.
            let Some(map) = present(&self.table, first.event_id, first.ordinal).await? else { return Ok(None) };
            let Some(after) = map.after(changes) else { return Ok(Some(map)) };
            // Withdrawing a seat changes the map but not its sequence number, so the version is checked too.
            let unchanged = "#sequence = :before AND version = :seen";
            let update = self
                .table
                .update(&keys::map(first.event_id, first.ordinal))
                .update_expression("SET letters = :letters, version = :version, #sequence = :sequence")
                .condition_expression(unchanged)
                .expression_attribute_names("#sequence", "sequence")
                .expression_attribute_values(":before", text(&map.sequence))
                .expression_attribute_values(":seen", table::number(map.version))
                .expression_attribute_values(":letters", text(&after.letters))
                .expression_attribute_values(":version", table::number(after.version))
                .expression_attribute_values(":sequence", text(&after.sequence));
            if self.table.apply(update).await?.is_ok() {
                return Ok(Some(after));
            }
        }
        Err(Failure::transient("update a seat map", "others changed it each time"))
    }
}
