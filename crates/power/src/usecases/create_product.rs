use crate::domain::{Product, ProductDraft};
use crate::ports::Products;
use contracts::{Code, Problem, Timestamp};

/// Adds a product. A nominal has one product, so a second one for it is refused.
pub async fn create_product(products: &dyn Products, now: Timestamp, draft: &ProductDraft) -> Result<Product, Problem> {
    draft.check()?;
    let product = draft.product(now);
    if products.insert(&product).await? {
        return Ok(product);
    }
    Err(Problem::new(Code::ProductExists).with("product_id", product.id))
}
