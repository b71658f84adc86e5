//! Failures that no business rule causes: a table, a queue or a service did not do its part.

use crate::{Code, Problem};
use std::fmt;

/// Why a port did not do what it was asked. Whether to try again is all that a caller can act on.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// Trying again may help: no answer, throttling, a conflict that lasted too long.
    #[error("{0}; trying again may help")]
    Transient(String),
    /// Trying again will not help: a missing permission, or a stored item that cannot be read.
    #[error("{0}")]
    Permanent(String),
}

impl Failure {
    /// A failure that may pass. `what` is for the log and never reaches a client.
    pub fn transient(what: &str, why: impl fmt::Display) -> Self {
        Self::Transient(format!("{what}: {why}"))
    }

    /// A failure that stays. `what` is for the log and never reaches a client.
    pub fn permanent(what: &str, why: impl fmt::Display) -> Self {
        Self::Permanent(format!("{what}: {why}"))
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let code = match failure {
            Failure::Transient(_) => Code::Unavailable,
            Failure::Permanent(_) => Code::Internal,
        };
        Problem::new(code).caused_by(failure)
    }
}
