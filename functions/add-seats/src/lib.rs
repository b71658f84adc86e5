//! `POST /api/events/{id}/seats`: puts seats on sale.

use contracts::{Role, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use ticketing::adapters::DynamoEvents;
use ticketing::domain::NewSeats;
use ticketing::usecases;

/// Settings: `TICKETING_TABLE`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let events = Arc::new(DynamoEvents::new(aws::table(&env, "TICKETING_TABLE").await?));
    Ok(Function::http(move |request| handle(events.clone(), world.clone(), request)))
}

async fn handle(events: Arc<DynamoEvents>, world: Arc<dyn World>, request: Request) -> Answer {
    let caller = http::caller_as(&request, &[Role::Organiser, Role::Admin])?;
    let asked: NewSeats = http::body(&request)?;
    let id = http::path(&request, "id")?;
    http::json(201, &usecases::add_seats(&*events, &*world, &caller, id, &asked).await?)
}
