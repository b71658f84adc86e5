//! `GET /api/events/{id}`: one event, with its free seats.

use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use ticketing::adapters::{DynamoEvents, DynamoSeatMaps};
use ticketing::usecases;

/// Free seats may lag a second.
const CACHE: &str = "public, max-age=1";

/// Settings: `TICKETING_TABLE`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "TICKETING_TABLE").await?;
    let events = Arc::new(DynamoEvents::new(table.clone()));
    let maps = Arc::new(DynamoSeatMaps::new(table));
    Ok(Function::http(move |request| handle(events.clone(), maps.clone(), request)))
}

async fn handle(events: Arc<DynamoEvents>, maps: Arc<DynamoSeatMaps>, request: Request) -> Answer {
    let event = usecases::get_event(&*events, &*maps, http::path(&request, "id")?).await?;
    http::versioned_tagged(&request, &event, event.version, CACHE)
}
