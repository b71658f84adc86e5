//! The description of the HTTP API, made from the descriptions of all functions.
//!
//! - [`openapi`]: the description as OpenAPI 3.1. It is kept in `docs/openapi.json`, which `get-openapi` serves as it
//!   is.
//! - [`postman`]: the same as a Postman collection, with the whole story as a folder that runs.

mod openapi;
mod postman;

pub use openapi::openapi;
pub use postman::postman;

use lambda::describe::Operation;

/// A route with the function that is behind it.
pub struct Described {
    /// The function's name.
    pub function: &'static str,
    /// What the route is.
    pub operation: Operation,
}

/// Every route of the product, in the order of a story: by the part of the API, then by path, then by method.
pub fn operations() -> Vec<Described> {
    let product = registry::all().iter().filter(|entry| !entry.simulated);
    let routes = |entry: &registry::Entry| {
        let function = entry.name;
        (entry.describe)().operations.into_iter().map(move |operation| Described { function, operation })
    };
    let mut all: Vec<_> = product.flat_map(routes).collect();
    let method = |name| ["GET", "POST", "PUT", "PATCH", "DELETE"].iter().position(|known| *known == name);
    all.sort_by_key(|one| (one.operation.tag, one.operation.path, method(one.operation.method)));
    all
}
