use crate::ports::Products;
use contracts::edit::{as_seen, until_done};
use contracts::{Problem, ProductId};

/// Takes a product down; `version` is the one the caller saw, if they say. What was bought of it stays as it is.
pub async fn delete_product(products: &dyn Products, id: ProductId, version: Option<u64>) -> Result<(), Problem> {
    until_done(|| async {
        let product = as_seen(products.get(id).await?.ok_or_else(Problem::not_found)?, version)?;
        Ok(products.delete(&product).await?.then_some(()))
    })
    .await
}
