//! See [`function`].

use contracts::PurchaseId;
use lambda::prelude::*;
use power::adapters::DynamoPurchases;
use power::domain::PurchaseView;
use power::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::PowerTokens, "/api/power/purchases/{id}", "One purchase of the caller's own.")
        .open_to(Users)
        .served_by(handle)
}

async fn handle(
    purchases: Arc<DynamoPurchases>,
    (caller, Path(id)): (Caller, Path<PurchaseId>),
) -> Result<Versioned<PurchaseView>, Problem> {
    let purchase = usecases::get_purchase(&*purchases, id, caller.id).await?;
    Ok(Versioned { version: purchase.version, body: purchase.view() })
}
