//! `GET /api/tickets/{code}`: opens a ticket for who has the mailed link.

use contracts::{Problem, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use ticketing::adapters::{DynamoBookings, S3Tickets, TicketLinks};
use ticketing::usecases;

struct OpenTicket {
    bookings: DynamoBookings,
    tickets: S3Tickets,
    links: TicketLinks,
    world: Arc<dyn World>,
}

/// Settings: `TICKETING_TABLE`, `TICKETS_BUCKET`, `LINK_KEY`, `PUBLIC_URL`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let bookings = DynamoBookings::new(aws::table(&env, "TICKETING_TABLE").await?);
    let tickets = S3Tickets::new(aws::s3(&env)?, env.text("TICKETS_BUCKET")?);
    let links = TicketLinks::new(env.text("LINK_KEY")?, env.text("PUBLIC_URL")?);
    let on = Arc::new(OpenTicket { bookings, tickets, links, world });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<OpenTicket>, request: Request) -> Answer {
    let code: String = http::path(&request, "code")?;
    let booking = on.links.booking(&code).ok_or_else(Problem::not_found)?;
    http::redirect(&usecases::open_ticket(&on.bookings, &on.tickets, &*on.world, booking).await?)
}
