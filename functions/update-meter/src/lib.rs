//! See [`function`].

use lambda::prelude::*;
use power::adapters::DynamoMeters;
use power::domain::{Meter, MeterDraft, MeterNumber};
use power::{examples, usecases};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::put(Tag::PowerMeters, "/api/power/meters/{number}", "Changes or blocks a meter that is kept.")
        .open_to(ADMINS)
        .example(examples::meter)
        .problems(&[Code::MeterExists])
        .served_by(handle)
}

async fn handle(
    meters: Arc<DynamoMeters>,
    (Path(number), Json(draft), IfMatch(seen)): (Path<MeterNumber>, Json<MeterDraft>, IfMatch),
) -> Result<Versioned<Meter>, Problem> {
    let meter = usecases::update_meter(&*meters, number, draft, &seen).await?;
    Ok(Versioned { version: meter.version, body: meter })
}
