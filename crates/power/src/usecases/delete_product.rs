use crate::ports::Products;
use contracts::edit::{Seen, as_seen, until_done};
use contracts::{Problem, ProductId};

/// Removes a product. `seen` is what the caller saw of it. Its purchases stay as they are.
pub async fn delete_product(products: &dyn Products, id: ProductId, seen: &Seen) -> Result<(), Problem> {
    until_done(|| async {
        let product = as_seen(products.get(id).await?.ok_or_else(Problem::not_found)?, seen)?;
        Ok(products.delete(&product).await?.then_some(()))
    })
    .await
}
