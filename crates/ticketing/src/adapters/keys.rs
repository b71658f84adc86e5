//! The keys of the table `ticketing`, all of them.
//!
//! | item | PK | SK |
//! |---|---|---|
//! | event | `EVENT#<id>` | `EVENT` |
//! | block of seats: its labels and price | `EVENT#<id>` | `BLOCK#<ordinal>` |
//! | map of a block: one letter a seat | `EVENT#<id>` | `MAP#<ordinal>` |
//! | seat | `EVENT#<id>#<section>#<ordinal>-<attempt>` | `SEAT#<label>` |
//! | booking | `BOOKING#<id>` | `BOOKING` |
//! | a buyer's seats of an event, counted | `BUYER#<user id>` | `EVENT#<id>` |
//!
//! The index `by_start` lists events: `LIST = EVENTS`, `START = <starts_at>#<id>`.

use contracts::{BookingId, EventId, SeatLabel, UserId};
use table::Key;

/// The index of events by the time they begin.
pub const BY_START: &str = "by_start";
/// The partition key of [`BY_START`].
pub const LIST: &str = "LIST";
/// The sort key of [`BY_START`].
pub const START: &str = "START";
/// The one partition of [`BY_START`]. Events are few and change rarely.
pub const EVENTS: &str = "EVENTS";

/// Where an event, its blocks and its maps are.
pub fn event_partition(id: EventId) -> String {
    format!("EVENT#{id}")
}

/// An event.
pub fn event(id: EventId) -> Key {
    Key::new(event_partition(id), "EVENT")
}

/// The start of all blocks' sort keys.
pub const BLOCKS: &str = "BLOCK#";

/// A block of seats.
pub fn block(id: EventId, ordinal: u32) -> Key {
    Key::new(event_partition(id), format!("{BLOCKS}{ordinal:04}"))
}

/// The start of all maps' sort keys.
pub const MAPS: &str = "MAP#";

/// The map of a block.
pub fn map(id: EventId, ordinal: u32) -> Key {
    Key::new(event_partition(id), format!("{MAPS}{ordinal:04}"))
}

/// A seat, in its block's partition.
pub fn seat(id: EventId, block: &str, label: &SeatLabel) -> Key {
    Key::new(format!("{}#{block}", event_partition(id)), format!("SEAT#{label}"))
}

/// The event that a seat's partition belongs to.
pub fn event_of_seat(pk: &str) -> Option<EventId> {
    pk.strip_prefix("EVENT#")?.get(..36)?.parse().ok()
}

/// A booking.
pub fn booking(id: BookingId) -> Key {
    Key::new(format!("BOOKING#{id}"), "BOOKING")
}

/// How many seats of an event a buyer has.
pub fn buyer_seats(user: UserId, event: EventId) -> Key {
    Key::new(format!("BUYER#{user}"), event_partition(event))
}
