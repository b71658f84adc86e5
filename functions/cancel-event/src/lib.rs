//! `POST /api/events/{id}/cancel`: cancels an event as a whole.

use contracts::{Role, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use ticketing::adapters::{DynamoEvents, DynamoSeatMaps, QueueUrls, SqsQueues};
use ticketing::usecases;

struct CancelEvent {
    events: DynamoEvents,
    maps: DynamoSeatMaps,
    queues: SqsQueues,
}

/// Settings: `TICKETING_TABLE`, `CLOSE_QUEUE_URL`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "TICKETING_TABLE").await?;
    let urls = QueueUrls { closing: env.text("CLOSE_QUEUE_URL")?, ..QueueUrls::default() };
    let on = Arc::new(CancelEvent {
        events: DynamoEvents::new(table.clone()),
        maps: DynamoSeatMaps::new(table),
        queues: SqsQueues::new(aws::sqs(&env)?, urls),
    });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<CancelEvent>, request: Request) -> Answer {
    let caller = http::caller_as(&request, &[Role::Organiser, Role::Admin])?;
    let (id, seen) = (http::path(&request, "id")?, http::if_match(&request)?);
    usecases::cancel_event(&on.events, &on.queues, &caller, id, seen).await?;
    let view = usecases::get_event(&on.events, &on.maps, id).await?;
    http::versioned(200, &view, view.version)
}
