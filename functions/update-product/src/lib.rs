//! See [`function`].

use contracts::ProductId;
use lambda::prelude::*;
use power::adapters::DynamoProducts;
use power::domain::{Product, ProductDraft};
use power::{examples, usecases};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::put(Tag::PowerProducts, "/api/power/products/{id}", "Changes a product's fee, or withdraws it.")
        .open_to(ADMINS)
        .example(examples::product)
        .served_by(handle)
}

parts! {
    struct UpdateProduct {
        products: DynamoProducts,
        world: Arc<dyn World>,
    }
}

async fn handle(
    on: Arc<UpdateProduct>,
    (Path(id), Json(draft), IfMatch(seen)): (Path<ProductId>, Json<ProductDraft>, IfMatch),
) -> Result<Versioned<Product>, Problem> {
    let product = usecases::update_product(&on.products, on.world.now(), id, &draft, &seen).await?;
    Ok(Versioned { version: product.version, body: product })
}
