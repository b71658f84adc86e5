use crate::domain::User;
use crate::ports::Users;
use contracts::page::foreign_cursor;
use contracts::{Page, PageRequest, Problem};

/// A page of users, newest first.
pub async fn list_users(users: &dyn Users, asked: &PageRequest) -> Result<Page<User>, Problem> {
    users.list(asked).await?.ok_or_else(foreign_cursor)
}
