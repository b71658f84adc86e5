use contracts::{BookingChanged, BookingId, BookingStatus, EventId, FailureReason, Money, SeatLabel, Timestamp};
use serde::{Deserialize, Serialize};

/// A booking in its buyer's history: failures as well as successes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// The booking.
    pub id: BookingId,
    /// The event booked.
    pub event_id: EventId,
    /// Its title.
    pub event_title: String,
    /// In the order they were asked for.
    pub seats: Vec<SeatLabel>,
    /// Where it stands, as far as we have heard.
    pub status: BookingStatus,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<FailureReason>,
    /// The sum of the seats' prices.
    pub total: Money,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its status last changed.
    pub updated_at: Timestamp,
}

impl HistoryEntry {
    /// What to keep of this change; nothing of one that is only `HELD`.
    pub fn of(change: &BookingChanged) -> Option<Self> {
        (change.status != BookingStatus::Held).then(|| Self {
            id: change.id,
            event_id: change.event_id,
            event_title: change.event_title.clone(),
            seats: change.seats.clone(),
            status: change.status,
            reason: change.reason,
            total: change.total,
            created_at: change.created_at,
            updated_at: change.updated_at,
        })
    }
}
