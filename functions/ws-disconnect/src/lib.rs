//! See [`function`].

use lambda::prelude::*;
use live::adapters::DynamoWatchers;
use live::ports::Watchers;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Socket::on(&["$disconnect"], "Forgets who went.").handled_by(handle)
}

async fn handle(watchers: Arc<DynamoWatchers>, signal: Signal) -> Result<(), Problem> {
    Ok(watchers.forget(&signal.connection).await?)
}
