//! `PUT /api/events/{id}`: changes what is said of an event.

use contracts::{Role, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use ticketing::adapters::{DynamoEvents, DynamoSeatMaps, HttpCatalogue, ServiceTokens};
use ticketing::usecases;

struct UpdateEvent {
    events: DynamoEvents,
    maps: DynamoSeatMaps,
    catalogue: HttpCatalogue,
    world: Arc<dyn World>,
    plain_http: bool,
}

/// Settings: `TICKETING_TABLE`, `SERVICE_KEY`, `CATALOGUE_URL`; `ORGANISER_SCHEME`, `https`, or `http` to allow
/// organisers' systems without TLS too.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "TICKETING_TABLE").await?;
    let tokens = Arc::new(ServiceTokens::new(ticketing::NAME, env.signing_key("SERVICE_KEY")?, world.clone()));
    let on = Arc::new(UpdateEvent {
        events: DynamoEvents::new(table.clone()),
        maps: DynamoSeatMaps::new(table),
        catalogue: HttpCatalogue::new(aws::http(&env)?, tokens, env.text("CATALOGUE_URL")?),
        world,
        plain_http: env.text("ORGANISER_SCHEME")? == "http",
    });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<UpdateEvent>, request: Request) -> Answer {
    let caller = http::caller_as(&request, &[Role::Organiser, Role::Admin])?;
    let draft = http::body(&request)?;
    let (id, seen) = (http::path(&request, "id")?, http::if_match(&request)?);
    let UpdateEvent { events, maps, catalogue, world, plain_http } = &*on;
    usecases::update_event(events, catalogue, &**world, &caller, id, draft, *plain_http, seen).await?;
    let view = usecases::get_event(events, maps, id).await?;
    http::versioned(200, &view, view.version)
}
