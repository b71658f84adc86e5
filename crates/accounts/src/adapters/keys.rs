//! All keys of the table `accounts`.
//!
//! | item | PK | SK |
//! |---|---|---|
//! | user, with the password's hash | `USER#<id>` | `USER` |
//! | the note that a user was deleted | `USER#<id>` | `DELETED` |
//! | their session, once they ended one | `USER#<id>` | `SESSION` |
//! | their request for a new password | `USER#<id>` | `RESET` |
//! | their request for a link that confirms their address | `USER#<id>` | `CONFIRMATION` |
//! | a booking in their history | `USER#<id>` | `BOOKING#<created_at>#<booking id>` |
//! | a notice that they got | `USER#<id>` | `NOTICE#<what>` |
//! | which user has an address | `EMAIL#<address>` | `EMAIL` |
//! | bad log-ins of an hour | `LOGIN#<account or address>` | `HOUR#<hour>` |
//! | an idempotency key, for a day at least | `KEY#<id>` | `KEY` |
//! | who the first admin is | `ADMIN` | `FIRST` |
//!
//! The index `by_created` lists the keys of users: `LIST = USERS`, spread ([`table::spread`]), and
//! `CREATED = <created_at>#<id>`. DynamoDB's TTL deletes items with `expires` (in seconds since 1970) at some time
//! after it. No code relies on when.

use crate::domain::{Email, Guess, Purpose};
use contracts::{Timestamp, UserId};
use table::Key;
use table::spread::SpreadIndex;

/// The partition key of [`BY_CREATED`].
pub const LIST: &str = "LIST";
/// The sort key of [`BY_CREATED`].
pub const CREATED: &str = "CREATED";
/// The index of users by when they registered, the newest first.
pub const BY_CREATED: SpreadIndex = SpreadIndex { name: "by_created", list: LIST, place: CREATED, backwards: true };
/// The list in [`BY_CREATED`].
pub const USERS: &str = "USERS";

/// The partition of all that is kept of a user.
pub fn partition(id: UserId) -> String {
    format!("USER#{id}")
}

/// A user.
pub fn user(id: UserId) -> Key {
    Key::new(partition(id), "USER")
}

/// The note that a user was deleted.
pub fn deleted(id: UserId) -> Key {
    Key::new(partition(id), "DELETED")
}

/// A user's session.
pub fn session(id: UserId) -> Key {
    Key::new(partition(id), "SESSION")
}

/// A user's request for a mailed link.
pub fn link_request(id: UserId, purpose: Purpose) -> Key {
    let sk = match purpose {
        Purpose::ConfirmEmail => "CONFIRMATION",
        Purpose::ResetPassword => "RESET",
    };
    Key::new(partition(id), sk)
}

/// The prefix of the sort keys of a history's bookings.
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

/// Who the first admin is.
pub fn first_admin() -> Key {
    Key::new("ADMIN", "FIRST")
}
