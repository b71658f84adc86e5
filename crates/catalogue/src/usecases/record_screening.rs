use crate::ports::Movies;
use contracts::{EventNews, Failure};

/// Keeps what ticketing says of an event: it is a screening of a movie, or no longer.
pub async fn record_screening(movies: &dyn Movies, news: &EventNews) -> Result<(), Failure> {
    match news {
        EventNews::Changed(event) => movies.record(event).await,
        EventNews::Mismatch(_) | EventNews::LineClosed { .. } => Ok(()),
    }
}
