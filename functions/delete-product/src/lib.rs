//! `DELETE /api/power/products/{id}`: takes a product down.

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
    http::caller_as(&request, &[Role::Admin])?;
    let seen = http::if_match(&request)?;
    usecases::delete_product(&*products, http::path(&request, "id")?, seen).await?;
    http::no_content()
}
