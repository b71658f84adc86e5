//! `POST /api/events`: puts an event up.

use contracts::{Role, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use ticketing::adapters::DynamoEvents;
use ticketing::usecases::{self, EventView};

/// Settings: `TICKETING_TABLE`; `ORGANISER_SCHEME`, `https`, or `http` to allow organisers' systems without TLS too.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let plain_http = env.text("ORGANISER_SCHEME")? == "http";
    let events = Arc::new(DynamoEvents::new(aws::table(&env, "TICKETING_TABLE").await?));
    Ok(Function::http(move |request| handle(events.clone(), world.clone(), plain_http, request)))
}

async fn handle(events: Arc<DynamoEvents>, world: Arc<dyn World>, plain_http: bool, request: Request) -> Answer {
    let caller = http::caller_as(&request, &[Role::Organiser, Role::Admin])?;
    let draft = http::body(&request)?;
    let event = usecases::create_event(&*events, &*world, caller.id, draft, plain_http).await?;
    http::json(201, &EventView::new(&event, &[]))
}
