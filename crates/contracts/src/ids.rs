//! Typed ids, so that a booking's id cannot be passed where an event's is meant.

use crate::text_type;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// A text that is not an id.
#[derive(Debug, thiserror::Error)]
#[error("An id is a UUID, in small letters and with hyphens.")]
pub struct InvalidId;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes an id of this kind from a UUID.
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// The bare UUID.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                // Only the canonical form is accepted, so that one thing has one name in URLs and in keys.
                let id = Uuid::try_parse(text).map_err(|_| InvalidId)?;
                let canonical = id.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text;
                if canonical { Ok(Self(id)) } else { Err(InvalidId) }
            }
        }
    };
}

id! {
    /// A user. UUID version 7.
    UserId
}
id! {
    /// An event. UUID version 7.
    EventId
}
id! {
    /// A movie. UUID version 7, or version 5 where derived from its TMDB id.
    MovieId
}
id! {
    /// A booking. UUID version 7, or version 5 where derived from a caller and their `Idempotency-Key`.
    BookingId
}

id! {
    /// A power token product. UUID version 5, derived from its nominal: one nominal is one product.
    ProductId
}
id! {
    /// A purchase of a power token. UUID version 7, or version 5 where derived from a caller and their
    /// `Idempotency-Key`.
    PurchaseId
}

/// A seat's label, unique in its event, such as `A-12`.
///
/// It has 1 to 16 of `A-Z`, `0-9` and `-`, and does not start with `-`. The narrow alphabet keeps labels safe in keys,
/// URLs and file names.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct SeatLabel(String);

text_type!(SeatLabel, "^[A-Z0-9][A-Z0-9-]{0,15}$", "A-12");

/// A text that is not a seat label.
#[derive(Debug, thiserror::Error)]
#[error("a seat label is 1 to 16 capital letters, digits and hyphens, such as A-12")]
pub struct InvalidLabel;

impl SeatLabel {
    /// The longest label, in characters.
    pub const MAX_LENGTH: usize = 16;
}

impl FromStr for SeatLabel {
    type Err = InvalidLabel;

    fn from_str(text: &str) -> Result<Self, InvalidLabel> {
        let legal = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-';
        if text.is_empty() || text.len() > Self::MAX_LENGTH || text.starts_with('-') || !text.bytes().all(legal) {
            return Err(InvalidLabel);
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_has_a_narrow_alphabet() {
        for good in ["A-12", "1", "BALCONY-07", "AAAAAAAAAAAAAAAA"] {
            assert_eq!(good.parse::<SeatLabel>().unwrap().as_str(), good);
        }
        for bad in ["", "a-1", "A 1", "A#1", "-1", "A/1", "A\r\n", "AAAAAAAAAAAAAAAAA", "Å-1"] {
            assert!(bad.parse::<SeatLabel>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_id_has_one_spelling() {
        let text = "019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11";
        assert_eq!(text.parse::<EventId>().unwrap().to_string(), text);
        for other in [&text.to_uppercase(), &text.replace('-', ""), &format!("{{{text}}}"), "1"] {
            assert!(other.parse::<EventId>().is_err(), "{other}");
        }
    }
}
