//! See [`function`].

use contracts::EventId;
use lambda::prelude::*;
use ticketing::adapters::CachedPlans;
use ticketing::usecases::{self, LayoutView};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::Seats, "/api/events/{id}/layout", "All seats in the order of the compact seat map.")
        .open_to(Everybody)
        // The ETag is the layout's version: a client that has a layout can check cheaply whether it is still current.
        .cached("public, max-age=5")
        .served_by(handle)
}

async fn handle(plans: Arc<CachedPlans>, (Path(id),): (Path<EventId>,)) -> Result<Tagged<LayoutView>, Problem> {
    let layout = usecases::get_layout(&*plans, id).await?;
    Ok(Tagged { tag: layout.layout.to_string(), body: layout })
}
