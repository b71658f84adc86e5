//! `GET /api/events/{id}/layout`: all seats in the order of the compact seat map.

use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use ticketing::adapters::{CachedPlans, DynamoEvents};
use ticketing::usecases;

/// A layout is named by its version: who has one may ask cheaply whether it is still the one.
const CACHE: &str = "public, max-age=5";

/// Settings: `TICKETING_TABLE`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let events = Arc::new(DynamoEvents::new(aws::table(&env, "TICKETING_TABLE").await?));
    let plans = Arc::new(CachedPlans::new(events.clone(), world));
    Ok(Function::http(move |request| handle(events.clone(), plans.clone(), request)))
}

async fn handle(events: Arc<DynamoEvents>, plans: Arc<CachedPlans>, request: Request) -> Answer {
    let layout = usecases::get_layout(&*events, &*plans, http::path(&request, "id")?).await?;
    http::json_tagged(&request, &layout, &layout.layout.to_string(), CACHE)
}
