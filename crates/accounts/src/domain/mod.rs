//! The rules of users, booking histories, mailed links, notices and bad log-ins: no I/O, no clock, no randomness.

mod history;
mod link;
mod notice;
mod phone;
mod throttle;
mod user;

pub use history::{Entry, entry};
pub use link::{LinkClaim, Purpose};
pub use notice::Notice;
pub use phone::Country;
pub use throttle::{Guess, WINDOW, Work, pause};
pub use user::{Email, NewUser, PASSWORD_RULE, Password, ProfileChanges, Registration, User, UserChanges};
