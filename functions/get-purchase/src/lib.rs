//! `GET /api/power/purchases/{id}`: one of the caller's own purchases.

use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use power::adapters::DynamoPurchases;
use power::usecases;
use std::sync::Arc;

/// Settings: `POWER_TABLE`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let purchases = Arc::new(DynamoPurchases::new(aws::table(&env, "POWER_TABLE").await?));
    Ok(Function::http(move |request| handle(purchases.clone(), request)))
}

async fn handle(purchases: Arc<DynamoPurchases>, request: Request) -> Answer {
    let caller = http::caller(&request)?;
    let purchase = usecases::get_purchase(&*purchases, http::path(&request, "id")?, caller.id).await?;
    http::versioned(200, &purchase.view(), purchase.version)
}
