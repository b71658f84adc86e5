//! The waiting list of one seat.

use contracts::{EventId, SeatLabel, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// Someone who waits for a seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiter {
    /// Their place: counted by the seat, in the order of joining. Places of those who left stay empty.
    pub place: u64,
    /// Who.
    pub user_id: UserId,
    /// Their name when they joined, for the ticket that may come of it.
    pub user_name: String,
    /// When they joined.
    pub joined_at: Timestamp,
}

/// A place in a line, as the one who waits there keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The event.
    pub event_id: EventId,
    /// Its title when they joined.
    pub event_title: String,
    /// The seat.
    pub seat: SeatLabel,
    /// The id of the seat's block.
    pub block: String,
    /// Their place.
    pub place: u64,
    /// When they joined.
    pub joined_at: Timestamp,
}
