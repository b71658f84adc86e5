//! See [`function`].

use contracts::EventId;
use lambda::answer::JsonOrCsv;
use lambda::prelude::*;
use lambda::query;
use lambda::request::WantsCsv;
use ticketing::usecases::{self, SalesPorts, SalesView, Separator};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::Events, "/api/events/{id}/sales", "What an event sold, as JSON or CSV.")
        .open_to(ORGANISERS)
        .served_by(handle)
}

query! {
    /// How the table is written.
    struct Written {
        /// By the caller's language if not given.
        separator: Separator,
    }
}

async fn handle(
    on: Arc<SalesPorts>,
    (caller, Path(id), Query(written), WantsCsv(csv)): (Caller, Path<EventId>, Query<Written>, WantsCsv),
) -> Result<JsonOrCsv<SalesView>, Problem> {
    let sales = usecases::get_sales(&on, &caller, id).await?;
    if csv {
        let separator = written.separator.unwrap_or_else(|| Separator::of(caller.locale));
        return Ok(JsonOrCsv::Csv { name: format!("sales-{id}.csv"), text: sales.csv(separator)? });
    }
    Ok(JsonOrCsv::Json(sales))
}
