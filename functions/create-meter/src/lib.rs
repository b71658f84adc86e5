//! See [`function`].

use lambda::prelude::*;
use power::adapters::DynamoMeters;
use power::domain::{Meter, MeterDraft};
use power::{examples, usecases};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::PowerMeters, "/api/power/meters", "Keeps a meter: it holds before the company's word.")
        .open_to(ADMINS)
        .example(examples::meter)
        .problems(&[Code::MeterExists])
        .served_by(handle)
}

async fn handle(
    meters: Arc<DynamoMeters>,
    (Json(draft),): (Json<MeterDraft>,),
) -> Result<Created<Versioned<Meter>>, Problem> {
    let meter = usecases::create_meter(&*meters, draft).await?;
    Ok(Created(Versioned { version: meter.version, body: meter }))
}
