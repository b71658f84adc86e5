use crate::ports::Movies;
use contracts::{EventNews, Failure};

/// Records ticketing's news of an event: that it is a screening of a movie, or no longer one.
pub async fn record_screening(movies: &dyn Movies, news: &EventNews) -> Result<(), Failure> {
    match news {
        EventNews::Changed(event) => movies.record(event).await,
        EventNews::Mismatch(_) | EventNews::LineClosed { .. } => Ok(()),
    }
}
