//! What watchers are told: how things stand, never what changed. Services send it to the queue of `broadcast`, which
//! pushes the same text to browsers.

use crate::{BookingId, BookingView, EventId, PurchaseId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// How one thing stands. Of two about the same thing, the one with the higher version holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LiveState {
    /// The seats of one block of an event.
    Seats {
        /// The event.
        event_id: EventId,
        /// The block, as the layout numbers it.
        block: u32,
        /// The version of the layout at which a seat of this block was last added or withdrawn: whoever has an older
        /// layout reads it again.
        layout: u64,
        /// Grows with every change of the block.
        version: u64,
        /// One letter a seat, as in the compact seat map.
        letters: String,
    },
    /// A booking, as its buyer sees it.
    Booking {
        /// The booking.
        booking_id: BookingId,
        /// Grows by one with every change.
        version: u64,
        /// What `GET /api/bookings/{id}` answers.
        booking: Box<BookingView>,
    },
    /// A purchase of a power token, as its buyer sees it.
    Purchase {
        /// The purchase.
        purchase_id: PurchaseId,
        /// Grows by one with every change.
        version: u64,
        /// What `GET /api/power/purchases/{id}` answers.
        purchase: Value,
    },
}

/// What somebody can watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LiveTopic {
    /// The seats of an event: everybody may.
    Event(EventId),
    /// A booking of one's own.
    Booking(BookingId),
    /// A purchase of one's own.
    Purchase(PurchaseId),
}

impl LiveState {
    /// Who watches this topic is told it.
    pub const fn topic(&self) -> LiveTopic {
        match self {
            Self::Seats { event_id, .. } => LiveTopic::Event(*event_id),
            Self::Booking { booking_id, .. } => LiveTopic::Booking(*booking_id),
            Self::Purchase { purchase_id, .. } => LiveTopic::Purchase(*purchase_id),
        }
    }

    /// Its version.
    pub const fn version(&self) -> u64 {
        match self {
            Self::Seats { version, .. } | Self::Booking { version, .. } | Self::Purchase { version, .. } => *version,
        }
    }
}

/// `EVENT#<id>`, `BOOKING#<id>` or `PURCHASE#<id>`.
impl fmt::Display for LiveTopic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event(id) => write!(f, "EVENT#{id}"),
            Self::Booking(id) => write!(f, "BOOKING#{id}"),
            Self::Purchase(id) => write!(f, "PURCHASE#{id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ID: &str = "019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11";

    #[test]
    fn what_is_pushed_is_what_the_documents_say() {
        let seats =
            LiveState::Seats { event_id: ID.parse().unwrap(), block: 2, layout: 1, version: 7, letters: "OGB".into() };
        let text = json!({"type": "seats", "event_id": ID, "block": 2, "layout": 1, "version": 7, "letters": "OGB"});
        assert_eq!(serde_json::to_value(&seats).unwrap(), text);
        assert_eq!(serde_json::from_value::<LiveState>(text).unwrap(), seats);
    }
}
