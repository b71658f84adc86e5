use crate::ports::{Payments, Tickets};
use crate::usecases::cancel_booking::give_up;
use crate::usecases::get_buyer::{events_of, is_to_come};
use crate::usecases::hear::BookingPorts;
use contracts::{Failure, UserId};

/// Erases what ticketing knows of a person whose account is gone: their places in lines, the name on their bookings,
/// and their tickets. The bookings stay, without the name.
///
/// Nobody with a seat of an event that is not over can go, so a booking of one was made after that was looked at, with
/// a token that was still good for its last minute. It is nobody's: its seats are given up, and what is paid is paid
/// back. An event that they made or took over with such a token has nobody who runs it: that rings, and an admin hands
/// it over.
pub async fn forget_buyer(
    on: &BookingPorts,
    payments: &dyn Payments,
    tickets: &dyn Tickets,
    user: UserId,
) -> Result<(), Failure> {
    for waiting in on.lines.of_user(user).await? {
        on.lines.leave(user, waiting.event_id, &waiting.seat).await?;
    }
    let mut given_up = Ok(());
    for booking in on.bookings.get_all(&on.bookings.of_buyer(user).await?).await? {
        let id = booking.id;
        if is_to_come(&*on.events, &booking, on.world.now()).await? {
            // What payments cannot answer now waits for the next try, and nothing else waits for it.
            given_up = given_up.and(give_up(on, payments, booking, None).await.map(drop));
        }
        on.bookings.forget_name(id).await?;
        tickets.erase(id).await?;
    }
    given_up?;
    for event in events_of(&*on.events, user, on.world.now()).await? {
        // The template's metric filter counts these words' `mismatches`.
        tracing::error!(mismatches = 1, event = %event.id, "an event that is not over has lost its organiser");
    }
    Ok(())
}
