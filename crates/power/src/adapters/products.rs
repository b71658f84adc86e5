//! Keeps products in DynamoDB.

use crate::adapters::keys;
use crate::domain::Product;
use crate::ports::Products;
use async_trait::async_trait;
use contracts::{Failure, Page, PageRequest, ProductId};
use table::{Table, delete_part, number};

/// Products in the table `power`; see `keys`.
#[derive(Debug, Clone)]
pub struct DynamoProducts(Table);

impl DynamoProducts {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }
}

#[async_trait]
impl Products for DynamoProducts {
    async fn get(&self, id: ProductId) -> Result<Option<Product>, Failure> {
        self.0.get(&keys::product(id)).await
    }

    async fn list(&self, all: bool, asked: &PageRequest) -> Result<Option<Page<Product>>, Failure> {
        let sold = |product: &Product| all || product.active;
        keys::page(&self.0, &keys::products(), asked, keys::product_place, sold).await
    }

    async fn insert(&self, product: &Product) -> Result<bool, Failure> {
        Ok(self.0.insert(&keys::product(product.id), &keys::listed_product(product)).await?.is_ok())
    }

    async fn update(&self, before: &Product, after: &Product) -> Result<bool, Failure> {
        let values = [(":before", number(before.version))];
        let (key, new) = (keys::product(after.id), keys::listed_product(after));
        Ok(self.0.put_if(&key, &new, "version = :before", values).await?.is_ok())
    }

    async fn delete(&self, product: &Product) -> Result<bool, Failure> {
        let delete = self.0.part_delete(&keys::product(product.id)).condition_expression("version = :before");
        let delete = delete_part(delete.expression_attribute_values(":before", number(product.version)))?;
        self.0.all_or_none([delete]).await
    }
}
