//! `DELETE /api/events/{id}`: deletes an event that has no bookings.

use contracts::{Role, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use ticketing::adapters::{DynamoEvents, QueueUrls, SqsQueues};
use ticketing::usecases;

struct DeleteEvent {
    events: DynamoEvents,
    queues: SqsQueues,
}

/// Settings: `TICKETING_TABLE`, `CLOSE_QUEUE_URL`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let urls = QueueUrls { closing: env.text("CLOSE_QUEUE_URL")?, ..QueueUrls::default() };
    let on = Arc::new(DeleteEvent {
        events: DynamoEvents::new(aws::table(&env, "TICKETING_TABLE").await?),
        queues: SqsQueues::new(aws::sqs(&env)?, urls),
    });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<DeleteEvent>, request: Request) -> Answer {
    let caller = http::caller_as(&request, &[Role::Organiser, Role::Admin])?;
    let (id, seen) = (http::path(&request, "id")?, http::if_match(&request)?);
    usecases::delete_event(&on.events, &on.queues, &caller, id, seen).await?;
    http::no_content()
}
