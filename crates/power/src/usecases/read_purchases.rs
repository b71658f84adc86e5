use crate::domain::Purchase;
use crate::ports::{Page, Purchases};
use crate::usecases::foreign_cursor;
use contracts::{Problem, PurchaseId, UserId};

/// A purchase, for its buyer; for anybody else there is none.
pub async fn get_purchase(purchases: &dyn Purchases, id: PurchaseId, buyer: UserId) -> Result<Purchase, Problem> {
    let found = purchases.get(id).await?;
    found.filter(|purchase| purchase.user_id == buyer).ok_or_else(Problem::not_found)
}

/// A page of a buyer's purchases, newest first, failures too.
pub async fn list_purchases(
    purchases: &dyn Purchases,
    buyer: UserId,
    limit: i32,
    cursor: Option<&str>,
) -> Result<Page<Purchase>, Problem> {
    purchases.of_buyer(buyer, limit, cursor).await?.ok_or_else(foreign_cursor)
}
