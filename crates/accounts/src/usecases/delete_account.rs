use crate::ports::{Sessions, Ticketing, Users};
use crate::usecases::get_user;
use contracts::edit::as_seen;
use contracts::{Code, Problem, UserId, World};
use std::sync::Arc;

/// What erasing an account needs.
pub struct DeleteAccount {
    /// The users kept.
    pub users: Arc<dyn Users>,
    /// Their sessions.
    pub sessions: Arc<dyn Sessions>,
    /// Who knows what they hold.
    pub ticketing: Arc<dyn Ticketing>,
    /// The clock.
    pub world: Arc<dyn World>,
}

/// Erases an account. All that is personal goes; the bookings stay, without it. Not while a seat is still held or
/// owned.
pub async fn delete_account(on: &DeleteAccount, id: UserId, version: Option<u64>) -> Result<(), Problem> {
    let DeleteAccount { users, sessions, ticketing, world } = on;
    let user = as_seen(get_user(&**users, id).await?, version)?;
    if ticketing.live_seats(id).await? > 0 {
        return Err(Problem::new(Code::LiveBooking));
    }
    // Signed out first: in the minute that the gateway still knows a token, little can be booked with it.
    sessions.end(id).await?;
    if users.delete(&user, world.now()).await? { Ok(()) } else { Err(Problem::new(Code::VersionMismatch)) }
}
