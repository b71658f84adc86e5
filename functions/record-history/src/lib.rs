//! Keeps each user's booking history, as ticketing tells it.

use accounts::adapters::DynamoHistory;
use accounts::usecases;
use contracts::{BookingChanged, World};
use lambda::batch::{self, Retry};
use lambda::{Env, Error, Function, aws};
use std::sync::Arc;

/// Settings: `ACCOUNTS_TABLE`, `QUEUE_URL`, `DEAD_LETTERS_URL`,
/// `RETRY_SECONDS`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let history = Arc::new(DynamoHistory::new(aws::table(&env, "ACCOUNTS_TABLE").await?));
    Ok(batch::sqs(Retry::from_env(&env)?, move |change: BookingChanged| {
        let history = history.clone();
        async move { usecases::record_history(&*history, &change).await }
    }))
}
