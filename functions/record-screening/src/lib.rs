//! See [`function`].

use catalogue::adapters::DynamoMovies;
use catalogue::usecases;
use contracts::{EventNews, Failure};
use lambda::prelude::*;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Queue::of("record-screening", "Keeps which events screen a movie.").handled_by(handle)
}

parts! {
    struct RecordScreening {
        movies: DynamoMovies,
        world: Arc<dyn World>,
    }
}

async fn handle(on: Arc<RecordScreening>, news: EventNews) -> Result<(), Failure> {
    usecases::record_screening(&on.movies, &*on.world, &news).await
}
