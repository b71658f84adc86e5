//! See [`function`].

use lambda::prelude::*;
use power::adapters::DynamoMeters;
use power::domain::{Meter, MeterDraft, MeterNumber};
use power::usecases;
use serde_json::{Value, json};

/// What it is.
pub fn function() -> impl Definition {
    Route::put(Tag::PowerMeters, "/api/power/meters/{number}", "Changes or blocks a meter that is kept.")
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
    (Path(number), Json(draft), IfMatch(seen)): (Path<MeterNumber>, Json<MeterDraft>, IfMatch),
) -> Result<Versioned<Meter>, Problem> {
    let meter = usecases::update_meter(&*meters, number, draft, seen).await?;
    Ok(Versioned { version: meter.version, body: meter })
}
