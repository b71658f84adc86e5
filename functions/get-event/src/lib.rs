//! `GET /api/events/{id}`: one event, with its free seats.

use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use ticketing::adapters::{CachedPlans, DynamoEvents, DynamoSeatMaps};
use ticketing::usecases;

/// Settings: `TICKETING_TABLE`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "TICKETING_TABLE").await?;
    let plans = Arc::new(CachedPlans::new(Arc::new(DynamoEvents::new(table.clone())), world));
    let maps = Arc::new(DynamoSeatMaps::new(table));
    Ok(Function::http(move |request| handle(plans.clone(), maps.clone(), request)))
}

async fn handle(plans: Arc<CachedPlans>, maps: Arc<DynamoSeatMaps>, request: Request) -> Answer {
    let id = http::path(&request, "id")?;
    http::json(200, &usecases::get_event(&*plans, &*maps, id).await?)
}
