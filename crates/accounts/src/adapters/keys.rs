//! The keys of the table `accounts`, all of them.
//!
//! | item | PK | SK |
//! |---|---|---|
//! | user, with the password's hash | `USER#<id>` | `USER` |
//! | that there was a user, who is deleted | `USER#<id>` | `DELETED` |
//! | their session, once they ended one | `USER#<id>` | `SESSION` |
//! | that they want a new password | `USER#<id>` | `RESET` |
//! | a booking in their history | `USER#<id>` | `BOOKING#<created_at>#<booking id>` |
//! | a notice that they got | `USER#<id>` | `NOTICE#<what>` |
//! | an address, which makes it one user's | `EMAIL#<address>` | `EMAIL` |
//! | bad log-ins of an hour | `LOGIN#<account or address>` | `HOUR#<hour>` |
//! | that there is an admin | `ADMIN` | `FIRST` |
//!
//! The index `by_created` lists the keys of users: `LIST = USERS`, `CREATED = <created_at>#<id>`. Items with `expires`,
//! a second since 1970, go by themselves after it (DynamoDB's TTL); nothing relies on when.

use crate::domain::{Email, Guess};
use contracts::{Timestamp, UserId};
use table::Key;

/// The index of users by when they registered.
pub const BY_CREATED: &str = "by_created";
/// The partition key of [`BY_CREATED`].
pub const LIST: &str = "LIST";
/// The sort key of [`BY_CREATED`].
pub const CREATED: &str = "CREATED";
/// The one partition of [`BY_CREATED`].
pub const USERS: &str = "USERS";

/// All that is kept of a user.
pub fn partition(id: UserId) -> String {
    format!("USER#{id}")
}

/// A user.
pub fn user(id: UserId) -> Key {
    Key::new(partition(id), "USER")
}

/// That there was a user.
pub fn deleted(id: UserId) -> Key {
    Key::new(partition(id), "DELETED")
}

/// A user's session.
pub fn session(id: UserId) -> Key {
    Key::new(partition(id), "SESSION")
}

/// That a user wants a new password.
pub fn reset(id: UserId) -> Key {
    Key::new(partition(id), "RESET")
}

/// The start of all history's sort keys.
pub const BOOKINGS: &str = "BOOKING#";

/// A notice.
pub fn notice(id: UserId, what: &str) -> Key {
    Key::new(partition(id), format!("NOTICE#{what}"))
}

/// An address.
pub fn email(email: &Email) -> Key {
    Key::new(format!("EMAIL#{}", email.as_str()), "EMAIL")
}

/// Bad log-ins of the hour of `now`.
pub fn guesses(guess: &Guess, now: Timestamp) -> Key {
    let who = match guess {
        Guess::Account(digest) => format!("ACCOUNT#{digest}"),
        Guess::Address(address) => format!("ADDRESS#{address}"),
    };
    Key::new(format!("LOGIN#{who}"), format!("HOUR#{}", now.seconds() / 3600))
}

/// That there is an admin.
pub fn first_admin() -> Key {
    Key::new("ADMIN", "FIRST")
}
