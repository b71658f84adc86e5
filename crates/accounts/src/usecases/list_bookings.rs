use crate::ports::History;
use contracts::page::foreign_cursor;
use contracts::{BookingSummary, Page, PageRequest, Problem, UserId};

/// The caller's own bookings, newest first.
pub async fn list_bookings(
    history: &dyn History,
    user: UserId,
    asked: &PageRequest,
) -> Result<Page<BookingSummary>, Problem> {
    history.list(user, asked).await?.ok_or_else(foreign_cursor)
}
