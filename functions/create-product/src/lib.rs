//! See [`function`].

use lambda::prelude::*;
use power::adapters::DynamoProducts;
use power::domain::{Product, ProductDraft};
use power::usecases;
use serde_json::{Value, json};

/// What it is.
pub fn function() -> impl Definition {
    Route::post(Tag::PowerProducts, "/api/power/products", "Puts a nominal on sale.")
        .open_to(ADMINS)
        .example(example)
        .problems(&[Code::ProductExists])
        .served_by(handle)
}

fn example() -> Value {
    json!({"nominal": {"amount": 10_000_000, "currency": "IDR"}, "admin_fee": {"amount": 150_000, "currency": "IDR"},
        "active": true})
}

parts! {
    struct CreateProduct {
        products: DynamoProducts,
        world: Arc<dyn World>,
    }
}

async fn handle(
    on: Arc<CreateProduct>,
    (Json(draft),): (Json<ProductDraft>,),
) -> Result<Created<Versioned<Product>>, Problem> {
    let product = usecases::create_product(&on.products, on.world.now(), &draft).await?;
    Ok(Created(Versioned { version: product.version, body: product }))
}
