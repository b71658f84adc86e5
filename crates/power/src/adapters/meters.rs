//! Keeps meters in DynamoDB, and which meter each customer has.

use crate::adapters::keys;
use crate::domain::{CustomerNumber, Meter, MeterNumber, MeterQuery};
use crate::ports::Meters;
use async_trait::async_trait;
use aws_sdk_dynamodb::types::TransactWriteItem;
use contracts::{Failure, Page, PageRequest};
use serde::{Deserialize, Serialize};
use table::{Table, create, delete_part, number, put_part};

/// Meters in the table `power`; see `keys`.
#[derive(Debug, Clone)]
pub struct DynamoMeters(Table);

/// Which meter a customer has.
#[derive(Serialize, Deserialize)]
struct Customer {
    meter_number: MeterNumber,
}

impl DynamoMeters {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }

    fn has(&self, customer: &CustomerNumber, meter: &Meter) -> Result<TransactWriteItem, Failure> {
        create(self.0.name(), &keys::customer(customer), &Customer { meter_number: meter.number.clone() })
    }

    fn has_no_more(&self, customer: &CustomerNumber) -> Result<TransactWriteItem, Failure> {
        delete_part(self.0.part_delete(&keys::customer(customer)))
    }
}

#[async_trait]
impl Meters for DynamoMeters {
    async fn find(&self, number: &MeterQuery) -> Result<Option<Meter>, Failure> {
        match number {
            MeterQuery::Meter(number) => self.0.get(&keys::meter(number)).await,
            MeterQuery::Customer(customer) => {
                let Some(known) = self.0.get::<Customer>(&keys::customer(customer)).await? else { return Ok(None) };
                self.0.get(&keys::meter(&known.meter_number)).await
            }
        }
    }

    async fn list(&self, asked: &PageRequest) -> Result<Option<Page<Meter>>, Failure> {
        keys::page(&self.0, &keys::meters(), asked, |meter: &Meter| meter.number.to_string(), |_| true).await
    }

    async fn insert(&self, meter: &Meter) -> Result<bool, Failure> {
        let own = create(self.0.name(), &keys::meter(&meter.number), &keys::listed_meter(meter, &meter.number))?;
        let mut parts = vec![own];
        if let Some(customer) = &meter.customer_number {
            parts.push(self.has(customer, meter)?);
        }
        self.0.all_or_none(parts).await
    }

    async fn update(&self, before: &Meter, after: &Meter) -> Result<bool, Failure> {
        let put = self.0.part_put(&keys::meter(&after.number), &keys::listed_meter(after, &after.number))?;
        let put = put.condition_expression("version = :before");
        let mut parts = vec![put_part(put.expression_attribute_values(":before", number(before.version)))?];
        if before.customer_number != after.customer_number {
            if let Some(old) = &before.customer_number {
                parts.push(self.has_no_more(old)?);
            }
            if let Some(new) = &after.customer_number {
                parts.push(self.has(new, after)?);
            }
        }
        self.0.all_or_none(parts).await
    }

    async fn delete(&self, meter: &Meter) -> Result<bool, Failure> {
        let delete = self.0.part_delete(&keys::meter(&meter.number)).condition_expression("version = :before");
        let mut parts = vec![delete_part(delete.expression_attribute_values(":before", number(meter.version)))?];
        if let Some(customer) = &meter.customer_number {
            parts.push(self.has_no_more(customer)?);
        }
        self.0.all_or_none(parts).await
    }
}
