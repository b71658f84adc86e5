//! See [`function`].

use accounts::adapters::DynamoUsers;
use accounts::domain::User;
use accounts::usecases;
use contracts::UserId;
use lambda::prelude::*;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::Users, "/api/users/{id}", "One user.").open_to(ADMINS).served_by(handle)
}

async fn handle(users: Arc<DynamoUsers>, (Path(id),): (Path<UserId>,)) -> Result<Versioned<User>, Problem> {
    let user = usecases::get_user(&*users, id).await?;
    Ok(Versioned { version: user.version, body: user })
}
