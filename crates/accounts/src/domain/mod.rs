//! Users, what of a booking a user's history keeps, and what they are told: no I/O, no clock, no chance.

mod history;
mod link;
mod notice;
mod throttle;
mod user;

pub use history::{Entry, entry};
pub use link::{LinkClaim, Purpose};
pub use notice::Notice;
pub use throttle::{Guess, WINDOW, pause};
pub use user::{Email, NewUser, Password, ProfileChanges, Registration, User, UserChanges};
