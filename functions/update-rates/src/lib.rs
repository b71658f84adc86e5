//! See [`function`].

use lambda::prelude::*;
use power::adapters::DynamoRateTable;
use power::domain::RateLines;
use power::{examples, usecases};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::put(Tag::PowerProducts, "/api/power/rates", "Replaces the table of what a kWh costs.")
        .open_to(ADMINS)
        .example(examples::rates)
        .served_by(handle)
}

async fn handle(
    table: Arc<DynamoRateTable>,
    (Json(lines), IfMatch(seen)): (Json<RateLines>, IfMatch),
) -> Result<Versioned<RateLines>, Problem> {
    let rates = usecases::update_rates(&*table, &lines, &seen).await?;
    Ok(Versioned { version: rates.version, body: rates.lines })
}
