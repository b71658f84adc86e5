//! What the rules need from the world.

use crate::domain::{Email, Entry, Guess, LinkClaim, Password, Purpose, User};
use async_trait::async_trait;
use contracts::idempotency::Keys;
use contracts::{BookingSummary, Failure, Page, PageRequest, Timestamp, UserId, UserNews};
use std::time::Duration;
use uuid::Uuid;

/// A password's hash, with its cost and salt, as bcrypt writes it.
#[derive(Debug, Clone)]
pub struct PasswordHash(pub String);

/// The users kept.
#[async_trait]
pub trait Users: Keys {
    /// Keeps a new user. MUST change nothing and answer `false` when the address has an account.
    async fn insert(&self, user: &User, hash: &PasswordHash) -> Result<bool, Failure>;

    /// Reads one by id.
    async fn get(&self, id: UserId) -> Result<Option<User>, Failure>;

    /// Reads one by address, with the password's hash.
    async fn find(&self, email: &Email) -> Result<Option<(User, PasswordHash)>, Failure>;

    /// Replaces a user. MUST change nothing and answer `false` when they are not at the version of `before` any more.
    async fn update(&self, before: &User, after: &User) -> Result<bool, Failure>;

    /// Makes a user the first admin. MUST change nothing and answer `false` when there is an admin already.
    async fn make_first_admin(&self, before: &User, after: &User) -> Result<bool, Failure>;

    /// Gives a user another password.
    async fn set_password(&self, id: UserId, hash: &PasswordHash) -> Result<(), Failure>;

    /// Erases a user, and leaves only a note that there was one. MUST change nothing and answer `false` when they are
    /// not at this version any more.
    async fn delete(&self, user: &User, now: Timestamp) -> Result<bool, Failure>;

    /// A page of users, newest first: at most `limit` users from where `cursor` points, and the cursor of the next
    /// page. `None`: the cursor is not one of ours.
    async fn list(&self, asked: &PageRequest) -> Result<Option<Page<User>>, Failure>;

    /// Notes that a user wants a link for this purpose, so that it is mailed. MUST change nothing if they wanted one
    /// less than `pause` ago.
    async fn request_link(
        &self,
        purpose: Purpose,
        id: UserId,
        request: Uuid,
        (now, pause): (Timestamp, Duration),
    ) -> Result<(), Failure>;
}

/// Users' sessions. A token of an earlier session is no longer valid.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// The number of the user's current session. The first is 0.
    async fn current(&self, user: UserId) -> Result<u64, Failure>;

    /// Ends the current session and begins the next one.
    async fn end(&self, user: UserId) -> Result<(), Failure>;
}

/// Bad log-ins, counted for an hour.
#[async_trait]
pub trait Guesses: Send + Sync {
    /// Until when attempts are paused; `None` if they are not.
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

    /// Is this the password? MUST take as long when there is no hash to compare with. Otherwise the time would tell
    /// whether an address has an account.
    async fn matches(&self, password: Password, hash: Option<PasswordHash>) -> Result<bool, Failure>;
}

/// Mailed links.
pub trait Links: Send + Sync {
    /// Signs a claim as a text that nobody else can make.
    fn sign(&self, claim: &LinkClaim) -> Result<String, Failure>;

    /// The claim in a text; `None` if we did not sign it.
    fn read(&self, token: &str) -> Option<LinkClaim>;
}

/// Each user's booking history.
#[async_trait]
pub trait History: Send + Sync {
    /// Keeps a booking as it is at this version. MUST ignore a version that is not newer than the one it has.
    async fn record(&self, user: UserId, entry: &Entry) -> Result<(), Failure>;

    /// A page of a user's bookings, newest first. `None`: the cursor is not one of this user's own.
    async fn list(&self, user: UserId, asked: &PageRequest) -> Result<Option<Page<BookingSummary>>, Failure>;
}

/// Ticketing, as far as accounts asks it.
#[async_trait]
pub trait Ticketing: Send + Sync {
    /// What keeps a user here.
    async fn ties(&self, user: UserId) -> Result<Ties, Failure>;
}

/// What keeps a user here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ties {
    /// How many seats they hold or own, of events that are still to come.
    pub live_seats: u64,
    /// Do they run events that are not over?
    pub runs_events: bool,
}

/// The topic for news of users.
#[async_trait]
pub trait UserTopic: Send + Sync {
    /// Publishes all of them, in order. Answers how many were published before one failed, and why it did.
    async fn publish(&self, news: &[UserNews]) -> (usize, Result<(), Failure>);
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

/// Which notices were sent, so that a message that comes twice sends one mail.
#[async_trait]
pub trait Notices: Send + Sync {
    /// Claims a notice for a minute. After that, another caller can claim it if it was not sent.
    async fn claim(&self, user: UserId, key: &str, now: Timestamp) -> Result<Claim, Failure>;

    /// Notes that it was sent.
    async fn done(&self, user: UserId, key: &str) -> Result<(), Failure>;
}
