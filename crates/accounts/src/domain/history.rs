use contracts::{BookingChanged, BookingStatus, BookingSummary};
use serde::{Deserialize, Serialize};

/// A booking as its buyer's history keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// In short.
    #[serde(flatten)]
    pub booking: BookingSummary,
    /// As of this version.
    pub version: u64,
}

/// What a buyer's history keeps of this change, failures as well as successes; nothing of one that is only `HELD`.
pub fn entry(change: &BookingChanged) -> Option<Entry> {
    let kept = change.booking.status != BookingStatus::Held;
    kept.then(|| Entry { booking: change.booking.clone(), version: change.version })
}
