use crate::ports::{Bookings, Lines, Tickets};
use contracts::{Failure, UserId};

/// Erases what ticketing knows of a person: their places in lines, the name on their bookings, and their tickets. The
/// bookings stay, without the name.
pub async fn forget_buyer(
    bookings: &dyn Bookings,
    lines: &dyn Lines,
    tickets: &dyn Tickets,
    user: UserId,
) -> Result<(), Failure> {
    for waiting in lines.of_user(user).await? {
        lines.leave(user, waiting.event_id, &waiting.seat).await?;
    }
    for booking in bookings.of_buyer(user).await? {
        bookings.forget_name(booking).await?;
        tickets.erase(booking).await?;
    }
    Ok(())
}
