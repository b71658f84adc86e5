//! See [`function`].

use lambda::prelude::*;
use power::adapters::DynamoRateTable;
use power::domain::RateLines;
use power::ports::RateTable;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::PowerProducts, "/api/power/rates", "What a kWh costs, by tariff and power.")
        .open_to(Users)
        .served_by(handle)
}

async fn handle(table: Arc<DynamoRateTable>, (): ()) -> Result<Versioned<RateLines>, Problem> {
    let rates = table.get().await?;
    Ok(Versioned { version: rates.version, body: rates.lines })
}
