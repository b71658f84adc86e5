//! The outages of outside systems, in DynamoDB.

use crate::adapters::keys;
use crate::ports::{LATE_CALLS, OUTAGE, Outages};
use async_trait::async_trait;
use contracts::{Failure, Timestamp};
use serde::Deserialize;
use table::{Table, number, text, value};

/// What is known of outages, in the table `ticketing`; see [`keys`].
#[derive(Debug, Clone)]
pub struct DynamoOutages(Table);

#[derive(Deserialize)]
struct Outage {
    late: u64,
    shut_until: Option<Timestamp>,
}

impl DynamoOutages {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }

    /// Counts one more late call; `None` if no count runs.
    async fn count(&self, system: &str, now: Timestamp) -> Result<Option<u64>, Failure> {
        let update = self
            .0
            .update(&keys::outage(system))
            .update_expression("ADD late :one")
            .condition_expression("counted_since > :begin OR shut_until > :begin")
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":begin", text(now - OUTAGE));
        Ok(self.0.apply(update).await?.ok().map(value::<Outage>).transpose()?.map(|outage| outage.late))
    }

    /// Begins a new count with this call; answers `false` if another call was faster.
    async fn begin(&self, system: &str, now: Timestamp) -> Result<bool, Failure> {
        let update = self
            .0
            .update(&keys::outage(system))
            .update_expression("SET counted_since = :now, late = :one REMOVE shut_until")
            .condition_expression("attribute_not_exists(counted_since) OR counted_since <= :begin")
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":now", text(now))
            .expression_attribute_values(":begin", text(now - OUTAGE));
        Ok(self.0.apply(update).await?.is_ok())
    }
}

#[async_trait]
impl Outages for DynamoOutages {
    async fn shut_until(&self, system: &str) -> Result<Option<Timestamp>, Failure> {
        Ok(self.0.peek::<Outage>(&keys::outage(system)).await?.and_then(|outage| outage.shut_until))
    }

    async fn note_late(&self, system: &str, now: Timestamp) -> Result<(), Failure> {
        let mut late = self.count(system, now).await?;
        if late.is_none() && !self.begin(system, now).await? {
            late = self.count(system, now).await?;
        }
        if late.unwrap_or(0) < LATE_CALLS {
            return Ok(());
        }
        let update = self
            .0
            .update(&keys::outage(system))
            .update_expression("SET shut_until = :until")
            .expression_attribute_values(":until", text(now + OUTAGE));
        self.0.apply(update).await.map(drop)
    }
}
