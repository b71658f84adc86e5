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

/// How long a claimed key is kept at least.
pub const KEPT: Duration = Duration::from_hours(24);

/// The keys that were claimed, each with the digest of its request.
#[async_trait]
pub trait Keys: Send + Sync {
    /// Claims a key for a request. MUST answer `false` and change nothing if it was claimed for another request less
    /// than [`KEPT`] ago.
    async fn claim(&self, key: Uuid, digest: &str, now: Timestamp) -> Result<bool, Failure>;
}

/// Claims the key of a request, if it has one, just before its write: 422 if the same caller used it for another
/// request. A request that was refused before that may be mended and sent again with its key. `namespace` says what
/// kind of request, `caller` who asks.
pub async fn claim(
    keys: &dyn Keys,
    namespace: &Uuid,
    caller: impl Display,
    key: Option<&IdempotencyKey>,
    now: Timestamp,
) -> Result<(), Problem> {
    let Some(key) = key else { return Ok(()) };
    let id = Uuid::new_v5(namespace, format!("{caller}/{}", key.key).as_bytes());
    if keys.claim(id, &key.digest, now).await? { Ok(()) } else { Err(Problem::new(Code::IdempotencyKeyReused)) }
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
