use crate::ports::{Sessions, Ticketing, Users};
use crate::usecases::get_user;
use contracts::edit::{Seen, as_seen};
use contracts::{Code, Problem, UserId, World};
use std::sync::Arc;

/// What erasing an account needs.
pub struct DeleteAccount {
    /// The users kept.
    pub users: Arc<dyn Users>,
    /// Their sessions.
    pub sessions: Arc<dyn Sessions>,
    /// Says what keeps them here.
    pub ticketing: Arc<dyn Ticketing>,
    /// The clock.
    pub world: Arc<dyn World>,
}

/// Erases an account, unless its user still holds or owns a seat of an event that is not over, or runs one: its buyers
/// would have nobody to turn to. Personal data is deleted; the bookings stay, without it.
pub async fn delete_account(on: &DeleteAccount, id: UserId, seen: &Seen) -> Result<(), Problem> {
    let DeleteAccount { users, sessions, ticketing, world } = on;
    let user = as_seen(get_user(&**users, id).await?, seen)?;
    let ties = ticketing.ties(id).await?;
    if ties.live_seats > 0 {
        return Err(Problem::new(Code::LiveBooking));
    }
    if ties.runs_events {
        return Err(Problem::new(Code::EventsToCome));
    }
    // The sessions end first. The gateway still accepts a token that it knows for up to a minute. Ticketing gives up
    // what is booked in that time.
    sessions.end(id).await?;
    if users.delete(&user, world.now()).await? { Ok(()) } else { Err(Problem::new(Code::VersionMismatch)) }
}
