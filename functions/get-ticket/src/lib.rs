//! `GET /api/bookings/{id}/ticket`: a link to the ticket.

use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use ticketing::adapters::{DynamoBookings, S3Tickets};
use ticketing::usecases;

struct GetTicket {
    bookings: DynamoBookings,
    tickets: S3Tickets,
    world: Arc<dyn World>,
}

/// Settings: `TICKETING_TABLE`, `TICKETS_BUCKET`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let bookings = DynamoBookings::new(aws::table(&env, "TICKETING_TABLE").await?);
    let tickets = S3Tickets::new(aws::s3(&env)?, env.text("TICKETS_BUCKET")?);
    let on = Arc::new(GetTicket { bookings, tickets, world });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<GetTicket>, request: Request) -> Answer {
    let caller = http::caller(&request)?;
    let id = http::path(&request, "id")?;
    http::json(200, &usecases::get_ticket(&on.bookings, &on.tickets, &*on.world, id, caller.id).await?)
}
