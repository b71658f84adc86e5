//! `PATCH /api/events/{id}/seats/{label}`: gives an open seat a price of its own.

use contracts::{Role, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use ticketing::adapters::DynamoEvents;
use ticketing::usecases;

/// Settings: `TICKETING_TABLE`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let events = Arc::new(DynamoEvents::new(aws::table(&env, "TICKETING_TABLE").await?));
    Ok(Function::http(move |request| handle(events.clone(), request)))
}

async fn handle(events: Arc<DynamoEvents>, request: Request) -> Answer {
    let caller = http::caller_as(&request, &[Role::Organiser, Role::Admin])?;
    let changes = http::body(&request)?;
    let seat = (http::path(&request, "id")?, http::path(&request, "label")?);
    let edited = usecases::update_seat(&*events, &caller, seat, &changes, http::if_match(&request)?).await?;
    http::versioned(200, &edited, edited.version)
}
