//! All keys of the table `ticketing`.
//!
//! | item | PK | SK |
//! |---|---|---|
//! | event | `EVENT#<id>` | `EVENT` |
//! | block of seats: its labels and price | `EVENT#<id>` | `BLOCK#<ordinal>` |
//! | map of a block: one letter a seat | `MAPS#<event id>[#<ordinal / 16, if not 0>]` | `MAP#<ordinal>` |
//! | how far a cancelled event is closed | `EVENT#<id>` | `CLOSING` |
//! | the lines of an event that has begun are closed | `EVENT#<id>` | `LINES` |
//! | seat | `EVENT#<id>#<section>#<ordinal>-<attempt>[#<prefix>]` | `SEAT#<label>` |
//! | booking | `BOOKING#<id>` | `BOOKING` |
//! | a booking that did not stay confirmed, counted | `ENDED#<event id>`, spread | `<reason or status>#<booking id>` |
//! | a buyer's seats of an event, counted | `BUYER#<user id>` | `EVENT#<id>` |
//! | a place in the line of a seat | `LINE#<event id>#<label>` | `PLACE#<number>` |
//! | a wish to join that line, which lives a moment | `WISHES#<event id>#<label>` | `<joined_at>#<user id>` |
//! | the lease of the request that fulfils those wishes | `LEASE#<event id>#<label>` | `LEASE` |
//! | a user's own record of their place in a line | `BUYER#<user id>` | `LINE#<event id>#<label>` |
//! | a seat that is owed to its line | `OWED` | `<event id>#<label>` |
//! | an idempotency key | `KEY#<id>` | `KEY` |
//! | what reconciliation found | `EVENT#<id>` | `MISMATCH#<kind>#<subject>` |
//!
//! DynamoDB's TTL deletes wishes by `expires`, some time after their requests broke off. No code relies on when.
//!
//! The index `by_start` lists events: `LIST = EVENTS`, `START = <starts_at>#<id>`. The index `by_event` lists the keys
//! of an event's bookings: `EVENT = <event id>`, spread, `BOOKED = <created_at>#<id>`. The index `by_due` lists the
//! keys of bookings for which something is left to do: `UNFINISHED = <0 to f>`, `DUE = <when it should be done, or is
//! told again>`. How lists are spread over partitions is said in [`spread`].

use crate::domain::{Booking, Waiter};
use contracts::{BookingId, BookingStatus, EventId, Mismatch, SeatLabel, Timestamp, UserId};
use table::spread::SpreadIndex;
use table::{Key, spread};

/// The index of events by the time they begin.
pub const BY_START: &str = "by_start";
/// The partition key of [`BY_START`].
pub const LIST: &str = "LIST";
/// The sort key of [`BY_START`].
pub const START: &str = "START";
/// The one partition of [`BY_START`]. Events are few and change rarely.
pub const EVENTS: &str = "EVENTS";

/// The partition of an event and its blocks.
pub fn event_partition(id: EventId) -> String {
    format!("EVENT#{id}")
}

/// An event.
pub fn event(id: EventId) -> Key {
    Key::new(event_partition(id), "EVENT")
}

/// How far a cancelled event is closed.
pub fn closing(id: EventId) -> Key {
    Key::new(event_partition(id), "CLOSING")
}

/// That the lines of an event are closed.
pub fn lines_closed(id: EventId) -> Key {
    Key::new(event_partition(id), "LINES")
}

/// The start of all blocks' sort keys.
pub const BLOCKS: &str = "BLOCK#";

/// A block of seats.
pub fn block(id: EventId, ordinal: u32) -> Key {
    Key::new(event_partition(id), format!("{BLOCKS}{ordinal:04}"))
}

/// The start of all maps' sort keys.
pub const MAPS: &str = "MAP#";

/// How many blocks have their maps in one partition: those of 8,000 seats. A smaller number would have the readers of a
/// large hall ask more often.
pub const MAPS_TOGETHER: u32 = 16;

/// The partition with this number of an event's maps, from 0.
pub fn maps(id: EventId, part: u32) -> String {
    if part == 0 { format!("MAPS#{id}") } else { format!("MAPS#{id}#{part}") }
}

/// The map of a block.
pub fn map(id: EventId, ordinal: u32) -> Key {
    Key::new(maps(id, ordinal / MAPS_TOGETHER), format!("{MAPS}{ordinal:04}"))
}

/// The start of all seats' sort keys.
pub const SEATS: &str = "SEAT#";

/// The partition of a block's seats.
pub fn seats(id: EventId, block: &str) -> String {
    format!("{}#{block}", event_partition(id))
}

/// A seat, in its block's partition.
pub fn seat(id: EventId, block: &str, label: &SeatLabel) -> Key {
    Key::new(seats(id, block), format!("{SEATS}{label}"))
}

/// The event that a seat's partition belongs to.
pub fn event_of_seat(pk: &str) -> Option<EventId> {
    pk.strip_prefix("EVENT#")?.get(..36)?.parse().ok()
}

/// A booking.
pub fn booking(id: BookingId) -> Key {
    Key::new(format!("BOOKING#{id}"), "BOOKING")
}

/// The booking of this partition.
pub fn booking_id(pk: &str) -> Option<BookingId> {
    pk.strip_prefix("BOOKING#")?.parse().ok()
}

/// The partition key of [`BY_EVENT`].
pub const EVENT: &str = "EVENT";
/// The sort key of [`BY_EVENT`].
pub const BOOKED: &str = "BOOKED";
/// The index of bookings by their event, the newest first.
pub const BY_EVENT: SpreadIndex = SpreadIndex { name: "by_event", list: EVENT, place: BOOKED, backwards: true };

/// The partition of [`BY_EVENT`] that a booking is in.
pub fn event_of_booking(event: EventId, id: BookingId) -> String {
    spread::part_of(event, id.uuid())
}

/// A booking's place in [`BY_EVENT`].
pub fn booked(created_at: Timestamp, id: BookingId) -> String {
    format!("{created_at}#{id}")
}

/// The booking at this place of [`BY_EVENT`].
pub fn booked_id(booked: &str) -> Option<BookingId> {
    booked.rsplit_once('#')?.1.parse().ok()
}

/// The index of bookings for which something is left to do, by when it should be done.
pub const BY_DUE: &str = "by_due";
/// The partition key of [`BY_DUE`].
pub const UNFINISHED: &str = "UNFINISHED";
/// The sort key of [`BY_DUE`].
pub const DUE: &str = "DUE";

/// The partition of [`BY_DUE`] with this number.
pub fn part_of_unfinished(number: u8) -> String {
    format!("{number:x}")
}

/// The partition of [`BY_DUE`] that a booking is in while something is left to do for it: each booking of a sale comes
/// into this index and leaves it.
pub fn unfinished(id: BookingId) -> String {
    part_of_unfinished(spread::number_of(id.uuid()))
}

/// The list of the records of how an event's bookings ended.
pub fn endings(event: EventId) -> String {
    format!("ENDED#{event}")
}

/// The record of how a booking ended: by its reason, or by its status if there is no reason. A booking that was given
/// up counts as cancelled, whether or not there was money to pay back.
pub fn ending(booking: &Booking) -> Key {
    let how: &'static str = match (booking.reason, booking.status) {
        (Some(reason), _) => reason.into(),
        (None, BookingStatus::Refunding | BookingStatus::Refunded) => BookingStatus::Cancelled.into(),
        (None, status) => status.into(),
    };
    Key::new(spread::part_of(endings(booking.event_id), booking.id.uuid()), format!("{how}#{}", booking.id))
}

/// The partition of a buyer's seat counts and places in lines.
pub fn buyer(user: UserId) -> String {
    format!("BUYER#{user}")
}

/// The start of all events' keys.
pub const EVENT_PREFIX: &str = "EVENT#";

/// How many seats of an event a buyer has.
pub fn buyer_seats(user: UserId, event: EventId) -> Key {
    Key::new(buyer(user), event_partition(event))
}

/// The start of all lines' keys.
pub const LINES: &str = "LINE#";

/// The partition of the line of a seat.
pub fn line(event: EventId, label: &SeatLabel) -> String {
    format!("{LINES}{event}#{label}")
}

/// A place in the line of a seat.
pub fn place(event: EventId, label: &SeatLabel, place: u64) -> Key {
    Key::new(line(event, label), format!("PLACE#{place:010}"))
}

/// The one partition of the seats that are owed to their lines. They are few: seats given up while their event does not
/// sell.
pub const OWED: &str = "OWED";

/// A seat that is owed to its line.
pub fn owed(event: EventId, label: &SeatLabel) -> Key {
    Key::new(OWED, format!("{event}#{label}"))
}

/// The partition of the wishes to join the line of a seat.
pub fn wishes(event: EventId, label: &SeatLabel) -> String {
    format!("WISHES#{event}#{label}")
}

/// A wish to join the line of a seat.
pub fn wish(event: EventId, label: &SeatLabel, who: &Waiter) -> Key {
    Key::new(wishes(event, label), format!("{}#{}", who.joined_at, who.user_id))
}

/// The lease of the request that fulfils these wishes.
pub fn turn(event: EventId, label: &SeatLabel) -> Key {
    Key::new(format!("LEASE#{event}#{label}"), "LEASE")
}

/// A user's own record of their place in the line of a seat.
pub fn waiting(user: UserId, event: EventId, label: &SeatLabel) -> Key {
    Key::new(buyer(user), line(event, label))
}

/// The start of all mismatches' sort keys.
pub const MISMATCHES: &str = "MISMATCH#";

/// A mismatch that reconciliation found.
pub fn mismatch(found: &Mismatch) -> Key {
    Key::new(event_partition(found.event_id), format!("{MISMATCHES}{}#{}", found.kind, found.subject))
}
