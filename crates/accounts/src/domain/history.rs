use contracts::{BookingChanged, BookingStatus, BookingSummary};
use serde::{Deserialize, Serialize};

/// A booking as its buyer's history keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The booking's summary.
    #[serde(flatten)]
    pub booking: BookingSummary,
    /// The booking's version that the summary shows.
    pub version: u64,
}

/// The history entry of a change, for failures as well as successes. `None` while the booking is only `HELD`, unless it
/// is an offer: its buyer asked for it long before.
pub fn entry(change: &BookingChanged) -> Option<Entry> {
    let kept = change.booking.status != BookingStatus::Held || change.offer;
    kept.then(|| Entry { booking: change.booking.clone(), version: change.version })
}
