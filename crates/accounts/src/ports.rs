//! What the rules need from the world.

use crate::domain::{Email, Password, User};
use async_trait::async_trait;
use contracts::{BookingSummary, Failure, UserId};

/// A password's hash, with its cost and salt, as bcrypt writes it.
#[derive(Debug, Clone)]
pub struct PasswordHash(pub String);

/// The users kept.
#[async_trait]
pub trait Users: Send + Sync {
    /// Keeps a new user. MUST change nothing and answer `false` when the address has an account.
    async fn insert(&self, user: &User, hash: &PasswordHash) -> Result<bool, Failure>;

    /// Reads one by id.
    async fn get(&self, id: UserId) -> Result<Option<User>, Failure>;

    /// Reads one by address, with the password's hash.
    async fn find(&self, email: &Email) -> Result<Option<(User, PasswordHash)>, Failure>;
}

/// Hashing of passwords, slow by design.
#[async_trait]
pub trait Passwords: Send + Sync {
    /// Hashes with a salt of its own.
    async fn hash(&self, password: Password) -> Result<PasswordHash, Failure>;

    /// Is this the password? MUST take as long when there is no hash to compare with, so that time tells nobody
    /// whether an address has an account.
    async fn matches(&self, password: Password, hash: Option<PasswordHash>) -> Result<bool, Failure>;
}

/// Each user's booking history.
#[async_trait]
pub trait History: Send + Sync {
    /// Keeps the booking as it is at `version`. MUST ignore a version that it has seen or passed.
    async fn record(&self, user: UserId, entry: &BookingSummary, version: u64) -> Result<(), Failure>;

    /// A user's bookings, newest first, at most `limit` from where `cursor` points; and the cursor of the next page.
    /// A cursor that is not one of this user's own answers `None`.
    async fn list(&self, user: UserId, limit: i32, cursor: Option<&str>) -> Result<Option<HistoryPage>, Failure>;
}

/// Some of a user's bookings.
#[derive(Debug)]
pub struct HistoryPage {
    /// Newest first.
    pub entries: Vec<BookingSummary>,
    /// Where the next page begins, if there is one.
    pub next_cursor: Option<String>,
}
