//! See [`function`].

use lambda::prelude::*;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::About, "/api/openapi.json", "This description.")
        .open_to(Everybody)
        // The description changes only with a deployment.
        .cached("public, max-age=60")
        .served_by(handle)
}

/// Generated from the definitions of all functions; a test fails when it is stale.
const DESCRIPTION: &str = include_str!("../../../docs/openapi.json");

async fn handle(_: Arc<()>, (): ()) -> Result<MadeJson, Problem> {
    Ok(MadeJson(DESCRIPTION))
}
