//! The waiting list of one seat.

use contracts::{EventId, SeatLabel, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// Someone who waits for a seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiter {
    /// Their place. The seat numbers places in the order of joining. The place of a person who left stays empty.
    pub place: u64,
    /// The person who waits.
    pub user_id: UserId,
    /// Their name, for the ticket that they may get.
    pub user_name: String,
    /// The version of their account with which they got that name.
    #[serde(default)]
    pub name_version: u64,
    /// When they joined.
    pub joined_at: Timestamp,
}

/// A place in a line, as it is stored with the person who waits.
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
