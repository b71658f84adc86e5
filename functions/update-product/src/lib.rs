//! See [`function`].

use contracts::ProductId;
use lambda::prelude::*;
use power::adapters::DynamoProducts;
use power::domain::{Product, ProductDraft};
use power::usecases;
use serde_json::{Value, json};

/// What it is.
pub fn function() -> impl Definition {
    Route::put(Tag::PowerProducts, "/api/power/products/{id}", "Changes a product's fee, or withdraws it.")
        .open_to(ADMINS)
        .example(example)
        .served_by(handle)
}

fn example() -> Value {
    json!({"nominal": {"amount": 10_000_000, "currency": "IDR"}, "admin_fee": {"amount": 150_000, "currency": "IDR"},
        "active": true})
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
    let product = usecases::update_product(&on.products, on.world.now(), id, &draft, seen).await?;
    Ok(Versioned { version: product.version, body: product })
}
