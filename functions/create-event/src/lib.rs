//! `POST /api/events`: puts an event up.

use contracts::{Role, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use ticketing::adapters::{DynamoEvents, HttpCatalogue, ServiceTokens};
use ticketing::usecases::{self, EventView};

struct CreateEvent {
    events: DynamoEvents,
    catalogue: HttpCatalogue,
    world: Arc<dyn World>,
    plain_http: bool,
}

/// Settings: `TICKETING_TABLE`, `SERVICE_KEY`, `CATALOGUE_URL`; `ORGANISER_SCHEME`, `https`, or `http` to allow
/// organisers' systems without TLS too.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let tokens = Arc::new(ServiceTokens::new(ticketing::NAME, env.signing_key("SERVICE_KEY")?, world.clone()));
    let on = Arc::new(CreateEvent {
        events: DynamoEvents::new(aws::table(&env, "TICKETING_TABLE").await?),
        catalogue: HttpCatalogue::new(aws::http(&env)?, tokens, env.text("CATALOGUE_URL")?),
        world,
        plain_http: env.text("ORGANISER_SCHEME")? == "http",
    });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<CreateEvent>, request: Request) -> Answer {
    let caller = http::caller_as(&request, &[Role::Organiser, Role::Admin])?;
    let draft = http::body(&request)?;
    let key = http::idempotency_key(&request)?;
    let CreateEvent { events, catalogue, world, plain_http } = &*on;
    let event = usecases::create_event(events, catalogue, &**world, &caller, draft, *plain_http, key).await?;
    http::versioned(201, &EventView::new(&event, &[]), event.version)
}
