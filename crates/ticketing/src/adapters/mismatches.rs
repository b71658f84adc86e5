//! The mismatches that reconciliation found, in DynamoDB.

use crate::adapters::keys;
use crate::ports::Mismatches;
use async_trait::async_trait;
use contracts::{EventId, Failure, Mismatch};
use table::{Table, text, value};

/// What reconciliation found, in the table `ticketing`; see [`keys`].
#[derive(Debug, Clone)]
pub struct DynamoMismatches(Table);

impl DynamoMismatches {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }
}

#[async_trait]
impl Mismatches for DynamoMismatches {
    async fn record(&self, found: &Mismatch) -> Result<bool, Failure> {
        Ok(self.0.insert(&keys::mismatch(found), found).await?.is_ok())
    }

    async fn of_event(&self, event: EventId) -> Result<Vec<Mismatch>, Failure> {
        let query = self
            .0
            .query()
            .key_condition_expression("PK = :pk AND begins_with(SK, :mismatches)")
            .expression_attribute_values(":pk", text(keys::event_partition(event)))
            .expression_attribute_values(":mismatches", text(keys::MISMATCHES));
        self.0.all(query).await?.into_iter().map(value).collect()
    }
}
