//! Keeps which events screen a movie.

use catalogue::adapters::DynamoMovies;
use catalogue::usecases;
use contracts::{EventNews, World};
use lambda::batch::{self, Retry};
use lambda::{Env, Error, Function, aws};
use std::sync::Arc;

/// Settings: `CATALOGUE_TABLE`, `QUEUE_URL`, `DEAD_LETTERS_URL`, `RETRY_SECONDS`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let movies = Arc::new(DynamoMovies::new(aws::table(&env, "CATALOGUE_TABLE").await?));
    Ok(batch::sqs(Retry::from_env(&env)?, move |news: EventNews| {
        let movies = movies.clone();
        async move { usecases::record_screening(&*movies, &news).await }
    }))
}
