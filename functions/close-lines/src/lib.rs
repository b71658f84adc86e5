//! See [`function`].

use lambda::prelude::*;
use serde_json::{Value, json};
use ticketing::adapters::{DynamoEvents, DynamoLines};
use ticketing::usecases;

/// Defines this Lambda function. It answers `{"taken_out": <number of places in lines that went>}`.
pub fn function() -> impl Definition {
    Invoked::on_schedule("Closes the waiting lists of events that have begun.").served_by(handle)
}

parts! {
    struct CloseLines {
        events: DynamoEvents,
        lines: DynamoLines,
        world: Arc<dyn World>,
    }
}

async fn handle(on: Arc<CloseLines>, _: Value) -> Result<Value, Error> {
    Ok(json!({"taken_out": usecases::close_lines(&on.events, &on.lines, &*on.world).await?}))
}
