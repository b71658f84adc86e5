use crate::domain::Purchase;
use crate::ports::Purchases;
use contracts::{Problem, PurchaseId, UserId};

/// A purchase, for its buyer. Anybody else gets the same answer as for a purchase that does not exist.
pub async fn get_purchase(purchases: &dyn Purchases, id: PurchaseId, buyer: UserId) -> Result<Purchase, Problem> {
    let found = purchases.get(id).await?;
    found.filter(|purchase| purchase.user_id == buyer).ok_or_else(Problem::not_found)
}
