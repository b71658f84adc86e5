use crate::ports::{Sessions, Ticketing, Users};
use contracts::{Caller, Code, Problem, UserId, World};

/// Erases somebody else's account, at an admin's wish.
pub async fn delete_user(
    users: &dyn Users,
    sessions: &dyn Sessions,
    ticketing: &dyn Ticketing,
    world: &dyn World,
    admin: &Caller,
    id: UserId,
    version: Option<u64>,
) -> Result<(), Problem> {
    if admin.id == id {
        return Err(Problem::new(Code::OwnAccount));
    }
    delete_account(users, sessions, ticketing, world, id, version).await
}

/// Erases an account. All that is personal goes; the bookings stay, without it. Not while a seat is still held or owned.
pub async fn delete_account(
    users: &dyn Users,
    sessions: &dyn Sessions,
    ticketing: &dyn Ticketing,
    world: &dyn World,
    id: UserId,
    version: Option<u64>,
) -> Result<(), Problem> {
    let user = users.get(id).await?.ok_or_else(Problem::not_found)?;
    if version.is_some_and(|seen| seen != user.version) {
        return Err(Problem::new(Code::VersionMismatch));
    }
    if ticketing.live_seats(id).await? > 0 {
        return Err(Problem::new(Code::LiveBooking));
    }
    // Signed out first: in the minute that the gateway still knows a token, little can be booked with it.
    sessions.end(id).await?;
    if users.delete(&user, world.now()).await? { Ok(()) } else { Err(Problem::new(Code::VersionMismatch)) }
}
