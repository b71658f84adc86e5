//! See [`function`].

use lambda::prelude::*;
use power::adapters::DynamoProducts;
use power::domain::{Product, ProductDraft};
use power::{examples, usecases};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::PowerProducts, "/api/power/products", "Puts a nominal on sale.")
        .open_to(ADMINS)
        .example(examples::product)
        .problems(&[Code::ProductExists])
        .served_by(handle)
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
