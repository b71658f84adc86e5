//! `Idempotency-Key`: a request that is repeated with the same key has its effect only once.
//!
//! What a key makes has an id that is derived from the key, so a second request finds it. A write that makes nothing
//! new, such as a cancellation, is repeatable by itself. Where the thing made does not keep the digest of its request,
//! [`claim`] keeps the key.

use crate::{Code, Failure, Problem, Timestamp, UserId};
use async_trait::async_trait;
use std::fmt::Display;
use std::time::Duration;
use uuid::Uuid;

/// How long a claimed key is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// The write is one that may be repeated.
    ForADay,
    /// What the write makes has an id that follows from the key.
    ForGood,
}

/// The keys that were claimed, each with the digest of its request.
#[async_trait]
pub trait Keys: Send + Sync {
    /// Claims a key for a request, until some time or for good. MUST answer `false` and change nothing if it is claimed
    /// for another request at `now`.
    async fn claim(&self, key: Uuid, digest: &str, now: Timestamp, until: Option<Timestamp>) -> Result<bool, Failure>;
}

/// Claims the key of a request, if it has one, just before its write: 422 if the same caller used it for another
/// request. A request that was refused before that may be mended and sent again with its key. `namespace` says what
/// kind of request, `caller` who asks.
pub async fn claim(
    keys: &dyn Keys,
    (namespace, caller): (&Uuid, impl Display),
    key: Option<&IdempotencyKey>,
    now: Timestamp,
    kept: Kept,
) -> Result<(), Problem> {
    let Some(key) = key else { return Ok(()) };
    let id = Uuid::new_v5(namespace, format!("{caller}/{}", key.key).as_bytes());
    let until = match kept {
        Kept::ForADay => Some(now + Duration::from_hours(24)),
        Kept::ForGood => None,
    };
    let ours = keys.claim(id, &key.digest, now, until).await?;
    if ours { Ok(()) } else { Err(Problem::new(Code::IdempotencyKeyReused)) }
}

/// The `Idempotency-Key` of a request, and a digest of what it asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// What the caller chose, at most 255 characters.
    pub key: String,
    /// The digest of the path's parts and the body: different requests have different digests.
    pub digest: String,
}

impl IdempotencyKey {
    /// The id of the thing that this caller makes with this key; `namespace` says what kind of thing.
    pub fn id(&self, namespace: &Uuid, caller: UserId) -> Uuid {
        keyed_id(namespace, caller, &self.key)
    }
}

/// The id of the thing that a caller makes with a key; `namespace` says what kind of thing. The same arguments always
/// give the same id.
pub fn keyed_id(namespace: &Uuid, caller: UserId, key: &str) -> Uuid {
    Uuid::new_v5(namespace, format!("{caller}/{key}").as_bytes())
}
