//! What live needs from the world.

use async_trait::async_trait;
use contracts::{EventId, Failure, LiveTopic, Timestamp};
use serde_json::Value;

/// Who watches what. A connection is named by the id that API Gateway gave it.
#[async_trait]
pub trait Watchers: Send + Sync {
    /// Adds a connection to those that are told of a topic, until `until`; again, it lengthens that. Of an event no
    /// more than a set number MUST be told at once; `start` is where a free place is looked for first, and any number
    /// will do.
    async fn admit(&self, admission: Admission<'_>) -> Result<Admitted, Failure>;

    /// Removes a connection from those that are told of a topic, if it is among them.
    async fn leave(&self, connection: &str, topic: LiveTopic) -> Result<(), Failure>;

    /// Removes a connection from all topics. MUST NOT take a place that another connection has meanwhile.
    async fn forget(&self, connection: &str) -> Result<(), Failure>;

    /// The connections that are told of a topic now.
    async fn of(&self, topic: LiveTopic, now: Timestamp) -> Result<Vec<String>, Failure>;
}

/// A connection that wants to be told of a topic.
#[derive(Debug, Clone, Copy)]
pub struct Admission<'a> {
    /// The connection.
    pub connection: &'a str,
    /// The topic.
    pub topic: LiveTopic,
    /// The time now.
    pub now: Timestamp,
    /// Until when it is told.
    pub until: Timestamp,
    /// Where a free place is looked for first.
    pub start: u64,
}

/// The answer to an [`Admission`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admitted {
    /// It is told from now on.
    Told,
    /// As many as may be are told of this event.
    Full,
    /// It watches as many topics as a connection may.
    TooMany,
}

/// What of each block was told last, so that not every change is a message.
#[async_trait]
pub trait Tellings: Send + Sync {
    /// Takes on the telling of a block's state. MUST answer [`Telling::Ours`] at most once for each version, to none
    /// for a version that is not above all told before, and not before the time is over that the one before it set. Of
    /// those that wait for that, the newest alone is to go on.
    async fn claim(
        &self,
        event: EventId,
        block: u32,
        version: u64,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Telling, Failure>;
}

/// Who tells a block's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// The caller, now.
    Ours,
    /// Nobody: this one was told, or a newer one was, or waits for its turn.
    Over,
    /// Nobody before this time.
    NotBefore(Timestamp),
}

/// The open connections.
#[async_trait]
pub trait Connections: Send + Sync {
    /// Sends a text to a connection.
    async fn push(&self, connection: &str, text: &str) -> Result<Pushed, Failure>;
}

/// What became of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// It is on its way.
    Sent,
    /// The connection is no more.
    Gone,
}

/// What people have of their own, read as they themselves read it.
#[async_trait]
pub trait OwnThings: Send + Sync {
    /// The state of a booking or purchase for the bearer of this token.
    async fn read(&self, topic: LiveTopic, token: &str) -> Result<Read, Failure>;
}

/// The answer to a reading.
#[derive(Debug, Clone, PartialEq)]
pub enum Read {
    /// Its version, and what its own route answers.
    Found(u64, Value),
    /// The token is none, or no longer one.
    NotSignedIn,
    /// There is no such thing, or it is somebody else's.
    NotFound,
}
