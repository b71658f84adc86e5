//! `PUT /api/power/products/{id}`: changes a product.

use contracts::{Role, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use power::adapters::DynamoProducts;
use power::usecases;
use std::sync::Arc;

/// Settings: `POWER_TABLE`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let products = Arc::new(DynamoProducts::new(aws::table(&env, "POWER_TABLE").await?));
    Ok(Function::http(move |request| handle(products.clone(), world.clone(), request)))
}

async fn handle(products: Arc<DynamoProducts>, world: Arc<dyn World>, request: Request) -> Answer {
    http::caller_as(&request, &[Role::Admin])?;
    let (draft, seen) = (http::body(&request)?, http::if_match(&request)?);
    let id = http::path(&request, "id")?;
    let product = usecases::update_product(&*products, world.now(), id, &draft, seen).await?;
    http::versioned(200, &product, product.version)
}
