//! `DELETE /api/events/{id}/seats/{label}/waiting-list`: leaves the line of a seat.

use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use ticketing::adapters::{CachedPlans, DynamoEvents, DynamoLines};
use ticketing::usecases;

struct LeaveWaitingList {
    plans: CachedPlans,
    lines: DynamoLines,
}

/// Settings: `TICKETING_TABLE`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "TICKETING_TABLE").await?;
    let plans = CachedPlans::new(Arc::new(DynamoEvents::new(table.clone())), world);
    let on = Arc::new(LeaveWaitingList { plans, lines: DynamoLines::new(table) });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<LeaveWaitingList>, request: Request) -> Answer {
    let caller = http::caller(&request)?;
    let seat = (http::path(&request, "id")?, http::path(&request, "label")?);
    usecases::leave_waiting_list(&on.plans, &on.lines, caller.id, seat).await?;
    http::no_content()
}
