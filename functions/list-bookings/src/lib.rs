//! `GET /api/bookings`: the caller's own bookings, newest first.

use accounts::adapters::DynamoHistory;
use accounts::usecases;
use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;

/// Settings: `ACCOUNTS_TABLE`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let history = Arc::new(DynamoHistory::new(aws::table(&env, "ACCOUNTS_TABLE").await?));
    Ok(Function::http(move |request| handle(history.clone(), request)))
}

async fn handle(history: Arc<DynamoHistory>, request: Request) -> Answer {
    let caller = http::caller(&request)?;
    http::only_query(&request, &["limit", "cursor"])?;
    let page = http::page(&request)?;
    let page = usecases::list_bookings(&*history, caller.id, page.limit, page.cursor.as_deref()).await?;
    http::list(&page.entries, page.next_cursor.as_deref())
}
