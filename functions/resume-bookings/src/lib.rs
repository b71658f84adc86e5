//! See [`function`].

use lambda::prelude::*;
use serde_json::{Value, json};
use ticketing::adapters::{DynamoBookings, ResumeAfter, SqsTimers};
use ticketing::usecases;

/// Defines this Lambda function. It answers `{"resumed": <number of bookings that were started again>}`.
pub fn function() -> impl Definition {
    Invoked::on_schedule("Starts bookings again that are late because a message was lost.").served_by(handle)
}

parts! {
    struct ResumeBookings {
        bookings: DynamoBookings,
        timers: SqsTimers,
        late: ResumeAfter,
        world: Arc<dyn World>,
    }
}

async fn handle(on: Arc<ResumeBookings>, _: Value) -> Result<Value, Error> {
    let resumed = usecases::resume_bookings(&on.bookings, &on.timers, &*on.world, on.late.0).await?;
    Ok(json!({"resumed": resumed}))
}
