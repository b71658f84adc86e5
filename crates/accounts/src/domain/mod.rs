//! Users and what of a booking a user's history keeps: no I/O, no clock, no chance.

mod history;
mod user;

pub use history::entry;
pub use user::{Email, NewUser, Password, Registration, User};
