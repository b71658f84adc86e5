use crate::ports::{History, HistoryPage};
use contracts::{Problem, UserId};

/// The caller's own bookings, newest first.
pub async fn list_bookings(
    history: &dyn History,
    user: UserId,
    limit: i32,
    cursor: Option<&str>,
) -> Result<HistoryPage, Problem> {
    let page = history.list(user, limit, cursor).await?;
    page.ok_or_else(|| Problem::invalid("cursor", "Not a cursor that a page before this one answered."))
}
