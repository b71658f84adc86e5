//! `GET /api/events/{id}/sales`: what an event sold.

use contracts::{Role, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use ticketing::adapters::{DynamoBookings, DynamoEvents, DynamoMismatches, DynamoSeatMaps};
use ticketing::usecases;

struct GetSales {
    events: DynamoEvents,
    maps: DynamoSeatMaps,
    bookings: DynamoBookings,
    mismatches: DynamoMismatches,
}

/// Settings: `TICKETING_TABLE`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "TICKETING_TABLE").await?;
    let on = Arc::new(GetSales {
        events: DynamoEvents::new(table.clone()),
        maps: DynamoSeatMaps::new(table.clone()),
        bookings: DynamoBookings::new(table.clone()),
        mismatches: DynamoMismatches::new(table),
    });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<GetSales>, request: Request) -> Answer {
    let caller = http::caller_as(&request, &[Role::Organiser, Role::Admin])?;
    let id = http::path(&request, "id")?;
    let GetSales { events, maps, bookings, mismatches } = &*on;
    let sales = usecases::get_sales(events, maps, bookings, mismatches, &caller, id).await?;
    let wanted = http::header(&request, "accept").unwrap_or_default();
    if wanted.split(',').any(|kind| kind.trim().starts_with("text/csv")) {
        return http::download("text/csv; charset=utf-8", &format!("sales-{id}.csv"), sales.csv());
    }
    http::json(200, &sales)
}
