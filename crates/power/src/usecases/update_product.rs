use crate::domain::{Product, ProductDraft};
use crate::ports::Products;
use contracts::edit::{Seen, edit};
use contracts::{Problem, ProductId, Timestamp};

/// Changes a product's fee, or whether it is sold. `seen` is what the caller saw of it.
pub async fn update_product(
    products: &dyn Products,
    now: Timestamp,
    id: ProductId,
    draft: &ProductDraft,
    seen: &Seen,
) -> Result<Product, Problem> {
    draft.check()?;
    let read = || async { products.get(id).await?.ok_or_else(Problem::not_found) };
    let change = |before: &Product| {
        if draft.nominal != before.nominal {
            return Err(Problem::invalid("nominal", "It stays; put another product up."));
        }
        let after = before.redrawn(draft, now);
        Ok(Some(after).filter(|after| after != before))
    };
    edit(seen, read, change, |before: Product, after| async move {
        Ok(products.update(&before, &after).await?.then_some(after))
    })
    .await
}
