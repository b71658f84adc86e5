//! See [`function`].

use accounts::adapters::DynamoUsers;
use accounts::domain::User;
use accounts::usecases;
use lambda::prelude::*;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::Accounts, "/api/profile", "The caller's own profile.")
        .open_to(Users)
        .problems(&[Code::NotFound])
        .served_by(handle)
}

async fn handle(users: Arc<DynamoUsers>, (caller,): (Caller,)) -> Result<Versioned<User>, Problem> {
    let user = usecases::get_user(&*users, caller.id).await?;
    Ok(Versioned { version: user.version, body: user })
}
