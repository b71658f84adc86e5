//! `DELETE /api/events/{id}/seats/{label}`: takes an open seat off the plan.

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
    let seat = (http::path(&request, "id")?, http::path(&request, "label")?);
    usecases::delete_seat(&*events, &caller, seat, http::if_match(&request)?).await?;
    http::no_content()
}
