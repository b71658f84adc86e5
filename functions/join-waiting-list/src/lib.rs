//! `POST /api/events/{id}/seats/{label}/waiting-list`: joins the line of a seat.

use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use ticketing::adapters::{CachedPlans, DynamoBookings, DynamoEvents, DynamoLines};
use ticketing::usecases;

struct JoinWaitingList {
    plans: CachedPlans,
    events: DynamoEvents,
    bookings: DynamoBookings,
    lines: DynamoLines,
    world: Arc<dyn World>,
}

/// Settings: `TICKETING_TABLE`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "TICKETING_TABLE").await?;
    let events = DynamoEvents::new(table.clone());
    let on = Arc::new(JoinWaitingList {
        plans: CachedPlans::new(Arc::new(events.clone()), world.clone()),
        events,
        bookings: DynamoBookings::new(table.clone()),
        lines: DynamoLines::new(table),
        world,
    });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<JoinWaitingList>, request: Request) -> Answer {
    let caller = http::caller(&request)?;
    let seat = (http::path(&request, "id")?, http::path(&request, "label")?);
    let JoinWaitingList { plans, events, bookings, lines, world } = &*on;
    let place = usecases::join_waiting_list(plans, events, bookings, lines, &**world, &caller, seat).await?;
    http::json(201, &place)
}
