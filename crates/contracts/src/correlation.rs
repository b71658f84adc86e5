//! The id of a chain of requests and messages.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The longest id. API Gateway's ids of requests have 16 characters, UUIDs have 36.
const LONGEST: usize = 64;

/// The id that all lines of the log have that follow from one request: 1 to 64 letters, digits and `-`, `_` or `=`, as
/// the ids of requests have them that AWS makes. It says nothing about anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CorrelationId(String);

/// A text that is no such id.
#[derive(Debug, thiserror::Error)]
#[error("a correlation id has 1 to {LONGEST} letters, digits, - _ or =")]
pub struct NoCorrelationId;

impl FromStr for CorrelationId {
    type Err = NoCorrelationId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_=".contains(&byte);
        let is_one = (1..=LONGEST).contains(&text.len()) && text.bytes().all(fits);
        is_one.then(|| Self(text.to_owned())).ok_or(NoCorrelationId)
    }
}

impl TryFrom<String> for CorrelationId {
    type Error = NoCorrelationId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<CorrelationId> for String {
    fn from(id: CorrelationId) -> Self {
        id.0
    }
}

impl fmt::Display for CorrelationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_bend_a_line_of_the_log_or_a_header_is_no_id() {
        for good in ["JKJaXmPLvHcESHA=", "01a1fc00-0000-7000-8000-000000000003", "a"] {
            assert_eq!(good.parse::<CorrelationId>().unwrap().to_string(), good);
        }
        let long = "x".repeat(LONGEST + 1);
        for bad in ["", " ", "a b", "a\nb", "a\"b", "{}", "é", "a/b", &long] {
            assert!(bad.parse::<CorrelationId>().is_err(), "{bad}");
        }
    }
}
