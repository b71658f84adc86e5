//! `Idempotency-Key`: a request that is repeated with the same key has its effect only once.

use crate::UserId;
use uuid::Uuid;

/// The `Idempotency-Key` of a request, and a digest of its body. There is no separate record of the key: the thing that
/// the request made has an id that is derived from the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// What the caller chose, at most 255 characters.
    pub key: String,
    /// The digest of the body: different bodies have different digests.
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
