//! See [`function`].

use lambda::prelude::*;
use power::adapters::{DynamoMeters, DynamoProducts, DynamoRateTable, HttpPowerCompany};
use power::domain::{MeterQuery, MeterView};
use power::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(
        Tag::PowerMeters,
        "/api/power/meters/{number}",
        "Whose meter it is, and what is on sale for it; by its customer's number too.",
    )
    .open_to(Users)
    .problems(&[Code::MeterUnknown, Code::MeterBlocked, Code::TariffNotSold, Code::PowerUnavailable, Code::Invalid])
    .served_by(handle)
}

parts! {
    struct GetMeter {
        meters: DynamoMeters,
        products: DynamoProducts,
        rates: DynamoRateTable,
        company: HttpPowerCompany,
    }
}

async fn handle(on: Arc<GetMeter>, (Path(given),): (Path<String>,)) -> Result<Json<MeterView>, Problem> {
    let number: Result<MeterQuery, _> = given.parse();
    let number = number.map_err(|_| Problem::invalid("number", "A meter's 11 digits, or a customer's 12."))?;
    usecases::show_meter(&on.meters, &on.products, &on.rates, &on.company, &number).await.map(Json)
}
