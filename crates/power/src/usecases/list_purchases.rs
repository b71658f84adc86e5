use crate::domain::Purchase;
use crate::ports::Purchases;
use contracts::page::foreign_cursor;
use contracts::{Page, PageRequest, Problem, UserId};

/// A page of a buyer's purchases, newest first, failures too.
pub async fn list_purchases(
    purchases: &dyn Purchases,
    buyer: UserId,
    asked: &PageRequest,
) -> Result<Page<Purchase>, Problem> {
    purchases.of_buyer(buyer, asked).await?.ok_or_else(foreign_cursor)
}
