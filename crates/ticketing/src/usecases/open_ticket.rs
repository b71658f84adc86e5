use crate::ports::{Asked, Bookings, Tickets};
use crate::usecases::get_ticket::link;
use contracts::{BookingId, Problem, World};

/// A link to the ticket of a confirmed booking, for anybody who has the link from the buyer's mail. Answers "not found"
/// if there is no ticket.
pub async fn open_ticket(
    bookings: &dyn Bookings,
    tickets: &dyn Tickets,
    world: &dyn World,
    id: BookingId,
    asked: Asked,
) -> Result<String, Problem> {
    let booking = bookings.get(id).await?.ok_or_else(Problem::not_found)?;
    Ok(link(tickets, world, &booking, asked).await?.ok_or_else(Problem::not_found)?.url)
}
