//! `GET /api/power/products`: the products, cheapest first.

use contracts::{Role, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use power::adapters::DynamoProducts;
use power::usecases;
use std::sync::Arc;

/// Settings: `POWER_TABLE`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let products = Arc::new(DynamoProducts::new(aws::table(&env, "POWER_TABLE").await?));
    Ok(Function::http(move |request| handle(products.clone(), request)))
}

async fn handle(products: Arc<DynamoProducts>, request: Request) -> Answer {
    let caller = http::caller(&request)?;
    http::only_query(&request, &["limit", "cursor"])?;
    let page = http::page(&request)?;
    // Admins see what is not sold, too.
    let all = caller.role == Role::Admin;
    let page = usecases::list_products(&*products, all, page.limit, page.cursor.as_deref()).await?;
    http::list(&page.items, page.next_cursor.as_deref())
}
