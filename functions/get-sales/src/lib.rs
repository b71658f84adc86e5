//! See [`function`].

use contracts::EventId;
use lambda::answer::JsonOrCsv;
use lambda::prelude::*;
use lambda::request::WantsCsv;
use ticketing::usecases::{self, SalesPorts, SalesView};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::Events, "/api/events/{id}/sales", "What an event sold, as JSON or CSV.")
        .open_to(ORGANISERS)
        .served_by(handle)
}

async fn handle(
    on: Arc<SalesPorts>,
    (caller, Path(id), WantsCsv(csv)): (Caller, Path<EventId>, WantsCsv),
) -> Result<JsonOrCsv<SalesView>, Problem> {
    let sales = usecases::get_sales(&on, &caller, id).await?;
    if csv {
        return Ok(JsonOrCsv::Csv { name: format!("sales-{id}.csv"), text: sales.csv() });
    }
    Ok(JsonOrCsv::Json(sales))
}
