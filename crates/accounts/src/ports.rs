//! What the rules need from the world.

use crate::domain::{Email, Entry, Guess, LinkClaim, Password, User};
use async_trait::async_trait;
use contracts::{BookingSummary, Failure, Page, PageRequest, Timestamp, UserId, UserNews};
use uuid::Uuid;

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

    /// Writes a user anew. MUST change nothing and answer `false` when they are not at the version `before` any more.
    async fn update(&self, before: &User, after: &User) -> Result<bool, Failure>;

    /// Makes a user the first admin. MUST change nothing and answer `false` when there is one.
    async fn make_first_admin(&self, before: &User, after: &User) -> Result<bool, Failure>;

    /// Gives a user another password.
    async fn set_password(&self, id: UserId, hash: &PasswordHash) -> Result<(), Failure>;

    /// Erases a user; only that there was one remains. MUST change nothing and answer `false` when they are not at this
    /// version any more.
    async fn delete(&self, user: &User, now: Timestamp) -> Result<bool, Failure>;

    /// A page of users, newest first, at most `limit` from where `cursor` points; and the cursor of the next. `None`:
    /// the cursor is not one of ours.
    async fn list(&self, asked: &PageRequest) -> Result<Option<Page<User>>, Failure>;

    /// Notes that a user wants a new password, so that a link is mailed.
    async fn request_reset(&self, id: UserId, request: Uuid) -> Result<(), Failure>;
}

/// Users' sessions: a token of an earlier one is good no more.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// The session now, from 0.
    async fn current(&self, user: UserId) -> Result<u64, Failure>;

    /// Ends it and begins the next.
    async fn end(&self, user: UserId) -> Result<(), Failure>;
}

/// Bad log-ins, counted for an hour.
#[async_trait]
pub trait Guesses: Send + Sync {
    /// Until when nothing may be tried, if it is so.
    async fn paused_until(&self, guess: &Guess, now: Timestamp) -> Result<Option<Timestamp>, Failure>;

    /// Counts a failure.
    async fn failed(&self, guess: &Guess, now: Timestamp) -> Result<(), Failure>;

    /// Forgets the failures.
    async fn forget(&self, guess: &Guess, now: Timestamp) -> Result<(), Failure>;
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

/// Mailed links.
pub trait Links: Send + Sync {
    /// The text that makes a claim, and that nobody else can make.
    fn sign(&self, claim: &LinkClaim) -> Result<String, Failure>;

    /// What a text claims, if it is one of ours.
    fn read(&self, token: &str) -> Option<LinkClaim>;
}

/// Each user's booking history.
#[async_trait]
pub trait History: Send + Sync {
    /// Keeps the booking as it is at its version. MUST ignore a version that it has seen or passed.
    async fn record(&self, user: UserId, entry: &Entry) -> Result<(), Failure>;

    /// A page of a user's bookings, newest first. `None`: the cursor is not one of this user's own.
    async fn list(&self, user: UserId, asked: &PageRequest) -> Result<Option<Page<BookingSummary>>, Failure>;
}

/// Ticketing, as far as accounts asks it.
#[async_trait]
pub trait Ticketing: Send + Sync {
    /// How many seats of events to come a user holds or owns.
    async fn live_seats(&self, user: UserId) -> Result<u64, Failure>;
}

/// The topic that tells of users.
#[async_trait]
pub trait UserTopic: Send + Sync {
    /// Tells, in order; answers how many, from the first, were told.
    async fn publish(&self, news: &[UserNews]) -> (usize, Result<(), Failure>);
}

/// What became of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// It is on its way.
    Sent,
    /// It will never arrive, and trying again does not help: there is no such address.
    Refused,
}

/// What is to be done with a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// Send it.
    Ours,
    /// Somebody is sending it just now.
    Busy,
    /// It was sent.
    Done,
}

/// Which notices were sent, so that a message that comes twice is sent once.
#[async_trait]
pub trait Notices: Send + Sync {
    /// Takes a notice on. Whoever takes it on and does not come back lets go of it after a minute.
    async fn claim(&self, user: UserId, key: &str, now: Timestamp) -> Result<Claim, Failure>;

    /// Notes that it was sent.
    async fn done(&self, user: UserId, key: &str) -> Result<(), Failure>;
}
