//! See [`function`].

use contracts::ProductId;
use lambda::prelude::*;
use power::adapters::DynamoProducts;
use power::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::delete(Tag::PowerProducts, "/api/power/products/{id}", "Takes a product down.")
        .open_to(ADMINS)
        .served_by(handle)
}

async fn handle(
    products: Arc<DynamoProducts>,
    (Path(id), IfMatch(seen)): (Path<ProductId>, IfMatch),
) -> Result<NoContent, Problem> {
    usecases::delete_product(&*products, id, &seen).await.map(|()| NoContent)
}
