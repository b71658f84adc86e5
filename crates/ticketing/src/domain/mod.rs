//! The rules of ticketing: no I/O, no clock, no randomness. A test checks this.

pub mod best;
pub mod booking;
pub mod event;
pub mod hall;
pub mod lapses;
pub mod layout;
pub mod line;
pub mod reconciliation;
pub mod rows;
mod runs;
pub mod seat_map;
pub mod ticket;

pub use booking::{Booking, Decision, Ending, Happening, Named, SeatEffect, Transition};
pub use event::{Deletion, Event, EventDraft, EventStatus, LONGEST_EVENT, Occasion, SectionSummary};
pub use layout::{AskedSeats, Block, BookedSeat, Features, Labelled, Layout, NewSeats, Wanted, seat_detail};
pub use line::{Waiter, Waiting};
pub use seat_map::{BlockMap, SeatChange, SeatStatus};
