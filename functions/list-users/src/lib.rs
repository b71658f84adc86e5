//! See [`function`].

use accounts::adapters::DynamoUsers;
use accounts::domain::User;
use accounts::usecases;
use contracts::{Page, PageRequest};
use lambda::prelude::*;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::Users, "/api/users", "All users, newest first.").open_to(ADMINS).served_by(handle)
}

async fn handle(users: Arc<DynamoUsers>, (asked,): (PageRequest,)) -> Result<Page<User>, Problem> {
    usecases::list_users(&*users, &asked).await
}
