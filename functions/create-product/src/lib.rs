//! `POST /api/power/products`: puts a product up.

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
    let draft = http::body(&request)?;
    let product = usecases::create_product(&*products, world.now(), &draft).await?;
    http::versioned(201, &product, product.version)
}
