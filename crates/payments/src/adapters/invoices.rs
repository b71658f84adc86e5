use crate::domain::StoredInvoice;
use crate::ports::{Inserted, Invoices};
use async_trait::async_trait;
use contracts::{Failure, InvoiceNumber, InvoiceStatus, Timestamp};
use table::{Key, Table, text, value};

/// Invoices in the table `payments`: one item each, `PK = INVOICE#<number>`, `SK = INVOICE`.
#[derive(Debug, Clone)]
pub struct DynamoInvoices(Table);

impl DynamoInvoices {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }
}

fn key(number: &InvoiceNumber) -> Key {
    Key::new(format!("INVOICE#{number}"), "INVOICE")
}

#[async_trait]
impl Invoices for DynamoInvoices {
    async fn get(&self, number: &InvoiceNumber) -> Result<Option<StoredInvoice>, Failure> {
        self.0.get(&key(number)).await
    }

    async fn insert(&self, new: &StoredInvoice) -> Result<Inserted, Failure> {
        match self.0.insert(&key(&new.number), new).await? {
            Ok(()) => Ok(Inserted::New),
            Err(refused) => {
                let old = refused.present()?;
                old.map(Inserted::Existing).ok_or_else(|| Failure::transient("insert an invoice", "refused by none"))
            }
        }
    }

    async fn decide(
        &self,
        number: &InvoiceNumber,
        to: InvoiceStatus,
        now: Timestamp,
    ) -> Result<Option<StoredInvoice>, Failure> {
        let status = |s: InvoiceStatus| serde_dynamo::to_attribute_value(s).map_err(|e| Failure::permanent("write", e));
        let update = self
            .0
            .update(&key(number))
            .update_expression("SET #status = :to, updated_at = :now")
            .condition_expression("#status = :pending")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":to", status(to)?)
            .expression_attribute_values(":pending", status(InvoiceStatus::Pending)?)
            .expression_attribute_values(":now", text(now));
        match self.0.apply(update).await? {
            Ok(now) => value(now).map(Some),
            Err(refused) => refused.present(),
        }
    }
}
