//! Products are put up, changed and taken down.

use crate::domain::{Product, ProductDraft};
use crate::ports::{Page, Products};
use crate::usecases::foreign_cursor;
use contracts::{Code, Problem, ProductId, Timestamp};

/// A page of products, cheapest first; those not sold only where `all` is asked for.
pub async fn list_products(
    products: &dyn Products,
    all: bool,
    limit: i32,
    cursor: Option<&str>,
) -> Result<Page<Product>, Problem> {
    let mut page = products.list(limit, cursor).await?.ok_or_else(foreign_cursor)?;
    page.items.retain(|product| all || product.active);
    Ok(page)
}

/// Puts a product up. One nominal is one product: putting it up twice is said to be so.
pub async fn create_product(products: &dyn Products, now: Timestamp, draft: &ProductDraft) -> Result<Product, Problem> {
    draft.check()?;
    let product = draft.product(now);
    if products.insert(&product).await? {
        return Ok(product);
    }
    Err(Problem::new(Code::ProductExists).with("product_id", product.id))
}

/// Changes a product's fee, or whether it is sold; `version` is the one the caller saw, if they say.
pub async fn update_product(
    products: &dyn Products,
    now: Timestamp,
    id: ProductId,
    draft: &ProductDraft,
    version: Option<u64>,
) -> Result<Product, Problem> {
    draft.check()?;
    let before = seen(products, id, version).await?;
    if draft.nominal != before.nominal {
        return Err(Problem::invalid("nominal", "It stays; put another product up."));
    }
    let after = before.redrawn(draft, now);
    if after == before || products.update(&before, &after).await? {
        return Ok(after);
    }
    Err(Problem::new(Code::VersionMismatch))
}

/// Takes a product down. What was bought of it stays as it is.
pub async fn delete_product(products: &dyn Products, id: ProductId, version: Option<u64>) -> Result<(), Problem> {
    let product = seen(products, id, version).await?;
    if products.delete(&product).await? { Ok(()) } else { Err(Problem::new(Code::VersionMismatch)) }
}

async fn seen(products: &dyn Products, id: ProductId, version: Option<u64>) -> Result<Product, Problem> {
    let product = products.get(id).await?.ok_or_else(Problem::not_found)?;
    if version.is_some_and(|seen| seen != product.version) {
        return Err(Problem::new(Code::VersionMismatch));
    }
    Ok(product)
}
