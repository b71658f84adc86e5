use crate::ports::Movies;
use contracts::{EventNews, Failure, World};

/// Records ticketing's news of an event: that it is a screening of a movie, or no longer one.
pub async fn record_screening(movies: &dyn Movies, world: &dyn World, news: &EventNews) -> Result<(), Failure> {
    match news {
        EventNews::Changed(event) => movies.record(event, world.now()).await,
        EventNews::Mismatch(_) | EventNews::LineClosed { .. } => Ok(()),
    }
}
