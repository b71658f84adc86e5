//! See [`function`].

use contracts::{Page, PageRequest};
use lambda::prelude::*;
use power::adapters::DynamoPurchases;
use power::domain::{Purchase, PurchaseView};
use power::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::PowerTokens, "/api/power/purchases", "The caller's own purchases, newest first.")
        .open_to(Users)
        .served_by(handle)
}

async fn handle(
    purchases: Arc<DynamoPurchases>,
    (caller, asked): (Caller, PageRequest),
) -> Result<Page<PurchaseView>, Problem> {
    let page = usecases::list_purchases(&*purchases, caller.id, &asked).await?;
    Ok(page.map(|purchase: Purchase| purchase.view()))
}
