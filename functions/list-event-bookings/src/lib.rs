//! `GET /api/events/{id}/bookings`: bookings of an event, for its organiser.

use contracts::{BookingStatus, Problem, Role, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use serde_json::Value;
use std::sync::Arc;
use ticketing::adapters::{DynamoBookings, DynamoEvents};
use ticketing::usecases;

struct ListEventBookings {
    events: DynamoEvents,
    bookings: DynamoBookings,
}

/// Settings: `TICKETING_TABLE`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "TICKETING_TABLE").await?;
    let (events, bookings) = (DynamoEvents::new(table.clone()), DynamoBookings::new(table));
    let on = Arc::new(ListEventBookings { events, bookings });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<ListEventBookings>, request: Request) -> Answer {
    let caller = http::caller_as(&request, &[Role::Organiser, Role::Admin])?;
    http::only_query(&request, &["status", "limit", "cursor"])?;
    let page = http::page(&request)?;
    let status = http::query::<String>(&request, "status")?.map(status).transpose()?;
    let id = http::path(&request, "id")?;
    let ListEventBookings { events, bookings } = &*on;
    let found = usecases::list_event_bookings(events, bookings, &caller, id, status, page.limit, page.cursor);
    let (found, next) = found.await?;
    http::list(&found, next.as_deref())
}

fn status(text: String) -> Result<BookingStatus, Problem> {
    serde_json::from_value(Value::String(text)).map_err(|_| Problem::invalid("status", "A booking's status."))
}
