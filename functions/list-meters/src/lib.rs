//! `GET /api/power/meters`: the meters kept, by number.

use contracts::{Role, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use power::adapters::DynamoMeters;
use power::usecases;
use std::sync::Arc;

/// Settings: `POWER_TABLE`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let meters = Arc::new(DynamoMeters::new(aws::table(&env, "POWER_TABLE").await?));
    Ok(Function::http(move |request| handle(meters.clone(), request)))
}

async fn handle(meters: Arc<DynamoMeters>, request: Request) -> Answer {
    http::caller_as(&request, &[Role::Admin])?;
    http::only_query(&request, &["limit", "cursor"])?;
    let page = http::page(&request)?;
    let page = usecases::list_meters(&*meters, page.limit, page.cursor.as_deref()).await?;
    http::list(&page.items, page.next_cursor.as_deref())
}
