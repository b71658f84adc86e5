//! The sources that feed functions: queues and streams, as Lambda's event source mappings read them, and schedules.

mod queue;
mod stream;

pub use stream::give_up;

use crate::functions::Functions;
use engines::Engines;
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use template::{ScheduleSpec, SourceSpec};
use triggers::Invoke;

/// Starts to read every source until the process ends. `directory` keeps the position in each stream.
pub fn start(sources: &[SourceSpec], engines: &Engines, functions: &Arc<Functions>, directory: &Path) {
    for source in sources {
        let (source, functions) = (source.clone(), Arc::clone(functions));
        if source.arn.contains(":dynamodb:") {
            tokio::spawn(stream::read(source, engines.dynamodb.clone(), functions, directory.to_owned()));
        } else {
            tokio::spawn(queue::read(source, Arc::clone(&engines.sqs), functions));
        }
    }
}

/// Calls functions on their schedules until the process ends. The first call comes after one whole period.
pub fn start_schedules(schedules: &[ScheduleSpec], functions: &Arc<Functions>) {
    for ScheduleSpec { function, every } in schedules.iter().cloned() {
        let functions = Arc::clone(functions);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(every).await;
                let event = json!({"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}});
                if let Err(why) = functions.invoke(&function, &event).await {
                    tracing::error!(%why, function, "a scheduled call failed");
                }
            }
        });
    }
}
