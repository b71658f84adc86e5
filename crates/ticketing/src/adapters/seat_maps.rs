//! The packed seat maps in DynamoDB, written from the table's stream.

use crate::adapters::keys;
use crate::domain::{BlockMap, SeatChange};
use crate::ports::SeatMaps;
use async_trait::async_trait;
use contracts::{EventId, Failure};
use table::{Table, text, value};

/// How many attempts a write gets when somebody else wrote the map meanwhile. A shard of the stream has one reader at a
/// time, so that is rare.
const TRIES: u32 = 4;

/// Packed seat maps in the table `ticketing`; see [`keys`].
#[derive(Debug, Clone)]
pub struct DynamoSeatMaps(Table);

impl DynamoSeatMaps {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }
}

#[async_trait]
impl SeatMaps for DynamoSeatMaps {
    async fn read(&self, event: EventId) -> Result<Vec<BlockMap>, Failure> {
        let query = self
            .0
            .query()
            .key_condition_expression("PK = :pk AND begins_with(SK, :maps)")
            .expression_attribute_values(":pk", text(keys::event_partition(event)))
            .expression_attribute_values(":maps", text(keys::MAPS));
        self.0.all(query).await?.into_iter().map(value).collect()
    }

    async fn apply(&self, changes: &[SeatChange]) -> Result<Option<BlockMap>, Failure> {
        let Some(first) = changes.first() else { return Ok(None) };
        let key = keys::map(first.event_id, first.ordinal);
        for _ in 0..TRIES {
            // The map is written with its block, before anybody can hold a seat. A map is missing only for seats that a
            // broken attempt left behind.
            let Some(map) = self.0.get::<BlockMap>(&key).await? else { return Ok(None) };
            let Some(after) = map.after(changes) else { return Ok(Some(map)) };
            // Withdrawing a seat changes the map but not its sequence number, so the version is checked too.
            let unchanged = "#sequence = :before AND version = :seen";
            let update = self
                .0
                .update(&key)
                .update_expression("SET letters = :letters, version = :version, #sequence = :sequence")
                .condition_expression(unchanged)
                .expression_attribute_names("#sequence", "sequence")
                .expression_attribute_values(":before", text(&map.sequence))
                .expression_attribute_values(":seen", table::number(map.version))
                .expression_attribute_values(":letters", text(&after.letters))
                .expression_attribute_values(":version", table::number(after.version))
                .expression_attribute_values(":sequence", text(&after.sequence));
            if self.0.apply(update).await?.is_ok() {
                return Ok(Some(after));
            }
        }
        Err(Failure::transient("update a seat map", "others changed it each time"))
    }
}
