//! See [`function`].

use contracts::{Failure, LiveState};
use lambda::prelude::*;
use live::usecases::{self, Broadcast};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Queue::of("broadcast", "Tells watchers how things stand.").handled_together_by(handle)
}

async fn handle(on: Arc<Broadcast>, states: Vec<LiveState>) -> Result<(), Failure> {
    usecases::broadcast(&on, states).await
}
