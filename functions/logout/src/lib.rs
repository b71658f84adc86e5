//! See [`function`].

use accounts::adapters::DynamoSessions;
use accounts::usecases;
use lambda::prelude::*;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::post(Tag::Accounts, "/api/logout", "Signs the caller out everywhere.").open_to(Users).served_by(handle)
}

async fn handle(sessions: Arc<DynamoSessions>, (caller,): (Caller,)) -> Result<NoContent, Problem> {
    usecases::logout(&*sessions, caller.id).await.map(|()| NoContent)
}
