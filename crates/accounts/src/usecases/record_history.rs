use crate::domain::entry;
use crate::ports::History;
use contracts::{BookingChanged, Failure};

/// Keeps what ticketing says of a booking, failures as well as successes.
pub async fn record_history(history: &dyn History, change: &BookingChanged) -> Result<(), Failure> {
    match entry(change) {
        Some(entry) => history.record(change.user_id, &entry).await,
        None => Ok(()),
    }
}
