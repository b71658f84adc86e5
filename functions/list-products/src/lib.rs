//! See [`function`].

use contracts::{Page, PageRequest, Role};
use lambda::prelude::*;
use power::adapters::DynamoProducts;
use power::domain::Product;
use power::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::PowerProducts, "/api/power/products", "The nominals on sale, cheapest first.")
        .open_to(Users)
        .served_by(handle)
}

async fn handle(
    products: Arc<DynamoProducts>,
    (caller, asked): (Caller, PageRequest),
) -> Result<Page<Product>, Problem> {
    // Admins also see products that are not on sale.
    usecases::list_products(&*products, caller.role == Role::Admin, &asked).await
}
