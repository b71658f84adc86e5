//! `Idempotency-Key`: doing it twice is doing it once.

use crate::UserId;
use uuid::Uuid;

/// The `Idempotency-Key` of a request, and a digest of its body. The record of it is the thing that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// What the caller chose, at most 255 characters.
    pub key: String,
    /// Tells one body from another.
    pub digest: String,
}

impl IdempotencyKey {
    /// The id of what this caller makes with this key, among things of this namespace.
    pub fn id(&self, namespace: &Uuid, caller: UserId) -> Uuid {
        keyed_id(namespace, caller, &self.key)
    }
}

/// The id of what a caller makes with a key, among things of this namespace: always the same.
pub fn keyed_id(namespace: &Uuid, caller: UserId, key: &str) -> Uuid {
    Uuid::new_v5(namespace, format!("{caller}/{key}").as_bytes())
}
