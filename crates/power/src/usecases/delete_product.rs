use crate::ports::Products;
use contracts::edit::{as_seen, until_done};
use contracts::{Problem, ProductId};

/// Removes a product. `version` is the version that the caller saw, if given. Its purchases stay as they are.
pub async fn delete_product(products: &dyn Products, id: ProductId, version: Option<u64>) -> Result<(), Problem> {
    until_done(|| async {
        let product = as_seen(products.get(id).await?.ok_or_else(Problem::not_found)?, version)?;
        Ok(products.delete(&product).await?.then_some(()))
    })
    .await
}
