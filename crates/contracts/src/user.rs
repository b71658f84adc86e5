//! Who sends a request: users with their roles, and services.

use crate::{UserId, text_type};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// What a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Books seats.
    Buyer,
    /// Puts events on sale and sees their sales.
    Organiser,
    /// Scans tickets.
    Steward,
    /// All that an organiser may, on everybody's events, and users.
    Admin,
}

/// The language of notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Locale {
    /// Indonesian.
    #[default]
    Id,
    /// English.
    En,
}

/// The user who asks, as their token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// Who.
    #[serde(rename = "sub")]
    pub id: UserId,
    /// What they may do.
    pub role: Role,
    /// Their name when they signed in.
    pub name: String,
    /// Their e-mail when they signed in.
    pub email: String,
    /// Their language when they signed in.
    pub locale: Locale,
}

/// A service's name: 1 to 32 of `a-z` and `-`, such as `ticketing`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Service(String);

text_type!(Service, "^[a-z-]{1,32}$");

/// A text that is not a service's name.
#[derive(Debug, thiserror::Error)]
#[error("a service's name is 1 to 32 small letters and hyphens")]
pub struct InvalidService;

impl FromStr for Service {
    type Err = InvalidService;

    fn from_str(text: &str) -> Result<Self, InvalidService> {
        let legal = text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        if text.is_empty() || text.len() > 32 || !legal { Err(InvalidService) } else { Ok(Self(text.to_owned())) }
    }
}
