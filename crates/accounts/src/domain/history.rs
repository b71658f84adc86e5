use contracts::{BookingChanged, BookingStatus, BookingSummary};

/// What a buyer's history keeps of this change, failures as well as successes; nothing of one that is only `HELD`.
pub fn entry(change: &BookingChanged) -> Option<&BookingSummary> {
    (change.booking.status != BookingStatus::Held).then_some(&change.booking)
}
