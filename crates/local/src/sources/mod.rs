//! The sources that feed functions: queues and streams, as Lambda's event source mappings read them, and schedules.

mod queue;
mod stream;

pub use stream::give_up;

use crate::functions::Functions;
use engines::{Engines, Sqs};
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

/// How often an event of a schedule is tried (AWS Lambda developer guide, "How Lambda handles errors and retries with
/// asynchronous invocation"). Lambda waits a minute after the first try and two after the second; here nothing waits.
const TRIES: u32 = 3;

/// Calls functions on their schedules until the process ends. The first call comes after one whole period.
pub fn start_schedules(schedules: &[ScheduleSpec], functions: &Arc<Functions>, sqs: &Arc<Sqs>) {
    for schedule in schedules.iter().cloned() {
        let (functions, sqs) = (Arc::clone(functions), Arc::clone(sqs));
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(schedule.every).await;
                run_scheduled(&schedule, &functions, &sqs).await;
            }
        });
    }
}

/// Calls a function as its schedule does. What fails each time goes to the dead letters.
pub async fn run_scheduled(schedule: &ScheduleSpec, functions: &Functions, sqs: &Sqs) {
    let resources = [&schedule.rule];
    let event = json!({"source": "aws.events", "detail-type": "Scheduled Event", "resources": resources, "detail": {}});
    let function = &schedule.function;
    for _ in 0..TRIES {
        match functions.invoke(function, &event).await {
            Ok(_) => return,
            Err(why) => tracing::error!(%why, function, "a scheduled call failed"),
        }
    }
    let queue = schedule.dead_letters.as_deref().and_then(|arn| arn.rsplit(':').next());
    if let Some(queue) = queue
        && let Err(why) = sqs.send(queue, &event.to_string()).await
    {
        tracing::error!(%why, queue, "a dead letter is lost");
    }
}
