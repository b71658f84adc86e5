//! `GET /api/waiting-list`: the lines that the caller stands in.

use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use ticketing::adapters::DynamoLines;
use ticketing::usecases;

/// Settings: `TICKETING_TABLE`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let lines = Arc::new(DynamoLines::new(aws::table(&env, "TICKETING_TABLE").await?));
    Ok(Function::http(move |request| handle(lines.clone(), request)))
}

async fn handle(lines: Arc<DynamoLines>, request: Request) -> Answer {
    let caller = http::caller(&request)?;
    http::only_query(&request, &["limit", "cursor"])?;
    let page = http::page(&request)?;
    let (found, next) = usecases::list_waiting(&*lines, caller.id, page.limit, page.cursor.as_deref()).await?;
    http::list(&found, next.as_deref())
}
