//! See [`function`].

use lambda::prelude::*;
use power::adapters::DynamoMeters;
use power::domain::{Meter, MeterDraft};
use power::usecases;
use serde_json::{Value, json};

/// What it is.
pub fn function() -> impl Definition {
    Route::post(Tag::PowerMeters, "/api/power/meters", "Keeps a meter: it holds before the company's word.")
        .open_to(ADMINS)
        .example(example)
        .problems(&[Code::MeterExists])
        .served_by(handle)
}

fn example() -> Value {
    json!({"number": "14000000001", "customer_number": "514000000001", "name": "Siti Rahmawati", "tariff": "R1",
        "power_va": 1300, "local_tax": 300})
}

async fn handle(
    meters: Arc<DynamoMeters>,
    (Json(draft),): (Json<MeterDraft>,),
) -> Result<Created<Versioned<Meter>>, Problem> {
    let meter = usecases::create_meter(&*meters, draft).await?;
    Ok(Created(Versioned { version: meter.version, body: meter }))
}
