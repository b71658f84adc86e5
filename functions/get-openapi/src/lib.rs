//! See [`function`].

use lambda::prelude::*;

/// What it is.
pub fn function() -> impl Definition {
    Route::get(Tag::About, "/api/openapi.json", "This description.")
        .open_to(Everybody)
        // It changes with a deployment alone.
        .cached("public, max-age=60")
        .served_by(handle)
}

/// Made from what every function says of itself; a test fails when it is stale.
const DESCRIPTION: &str = include_str!("../../../docs/openapi.json");

async fn handle(_: Arc<()>, (): ()) -> Result<MadeJson, Problem> {
    Ok(MadeJson(DESCRIPTION))
}
