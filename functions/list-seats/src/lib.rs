//! `GET /api/events/{id}/seats`: where each seat stands.

use contracts::{Problem, World};
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
    http::only_query(&request, &["view"])?;
    let compact = match http::query::<String>(&request, "view")?.as_deref() {
        None => false,
        Some("compact") => true,
        Some(_) => return Err(Problem::invalid("view", "Only `compact`.")),
    };
    let id = http::path(&request, "id")?;
    http::json(200, &usecases::list_seats(&*plans, &*maps, id, compact).await?)
}
