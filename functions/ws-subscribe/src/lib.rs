//! See [`function`].

use lambda::prelude::*;
use live::domain::Answered;
use live::usecases::{self, Subscribe};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    let does = "Begins or ends the telling of an event's seats, or of one's own booking or purchase.";
    Socket::on(&["subscribe", "unsubscribe"], does).handled_by(handle)
}

async fn handle(on: Arc<Subscribe>, signal: Signal) -> Result<Answered, Problem> {
    Ok(usecases::subscribe(&on, &signal.connection, &signal.text).await)
}
