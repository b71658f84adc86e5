//! Keeps the table of rates in DynamoDB, as one item.

use crate::adapters::keys;
use crate::domain::Rates;
use crate::ports::RateTable;
use async_trait::async_trait;
use contracts::Failure;
use table::{Table, number};

/// The table of rates in the table `power`; see `keys`.
#[derive(Debug, Clone)]
pub struct DynamoRateTable(Table);

impl DynamoRateTable {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }
}

#[async_trait]
impl RateTable for DynamoRateTable {
    async fn get(&self) -> Result<Rates, Failure> {
        match self.0.get(&keys::rates()).await? {
            Some(rates) => Ok(rates),
            None => Ok(Rates::of_homes()),
        }
    }

    async fn update(&self, before: &Rates, after: &Rates) -> Result<bool, Failure> {
        if before.version == 0 {
            return Ok(self.0.insert(&keys::rates(), after).await?.is_ok());
        }
        let values = [(":before", number(before.version))];
        Ok(self.0.put_if(&keys::rates(), after, "version = :before", values).await?.is_ok())
    }
}
