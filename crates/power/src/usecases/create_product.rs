use crate::domain::{Product, ProductDraft};
use crate::ports::Products;
use contracts::{Code, Problem, Timestamp};

/// Puts a product up. One nominal is one product: putting it up twice is said to be so.
pub async fn create_product(products: &dyn Products, now: Timestamp, draft: &ProductDraft) -> Result<Product, Problem> {
    draft.check()?;
    let product = draft.product(now);
    if products.insert(&product).await? {
        return Ok(product);
    }
    Err(Problem::new(Code::ProductExists).with("product_id", product.id))
}
