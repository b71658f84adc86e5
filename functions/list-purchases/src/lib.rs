//! `GET /api/power/purchases`: the caller's own purchases, newest first.

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
    http::only_query(&request, &["limit", "cursor"])?;
    let page = http::page(&request)?;
    let page = usecases::list_purchases(&*purchases, caller.id, page.limit, page.cursor.as_deref()).await?;
    let views: Vec<_> = page.items.iter().map(power::domain::Purchase::view).collect();
    http::list(&views, page.next_cursor.as_deref())
}
