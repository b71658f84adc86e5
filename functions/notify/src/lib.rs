//! See [`function`].

use accounts::usecases::{self, News, Notify};
use contracts::Failure;
use lambda::prelude::*;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Queue::of("notify", "Tells people what concerns them, by e-mail.").handled_by(handle)
}

async fn handle(on: Arc<Notify>, news: News) -> Result<(), Failure> {
    usecases::notify(&on, news).await
}
