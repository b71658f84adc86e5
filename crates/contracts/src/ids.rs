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
                // With hyphens, and as some platforms write it, in capitals. It is kept and answered in one form.
                let id = Uuid::try_parse(text).map_err(|_| InvalidId)?;
                let hyphenated = id.hyphenated().encode_lower(&mut Uuid::encode_buffer()).eq_ignore_ascii_case(text);
                if hyphenated { Ok(Self(id)) } else { Err(InvalidId) }
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

/// Has it 1 to `most` of `A-Z` and `0-9`, and maybe hyphens? Such texts are safe in keys, URLs and file names.
fn is_narrow(text: &str, most: usize, hyphens: bool) -> bool {
    let legal = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || (hyphens && b == b'-');
    (1..=most).contains(&text.len()) && text.bytes().all(legal)
}

/// A section's name: 1 to 32 capital letters, digits and hyphens, such as `BALCONY`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct SectionName(String);

text_type!(SectionName, "^[A-Z0-9-]{1,32}$", "BALCONY");

/// Why a text is no section's name.
#[derive(Debug, thiserror::Error)]
#[error("a section's name is 1 to 32 capital letters, digits and hyphens")]
pub struct InvalidSection;

impl FromStr for SectionName {
    type Err = InvalidSection;

    fn from_str(text: &str) -> Result<Self, InvalidSection> {
        if is_narrow(text, 32, true) { Ok(Self(text.to_owned())) } else { Err(InvalidSection) }
    }
}

/// A seat's label, unique in its event, such as `A-12`.
///
/// It has 1 to 16 of `A-Z`, `0-9` and `-`, and does not start with `-`. The narrow alphabet keeps labels safe in keys,
/// URLs and file names. It is what stands on the chair, row and number, and before them a prefix where another section
/// has the same rows and numbers.
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

    /// The row, if there is one, and the number, as they stand on the chair. `prefix` is the label's, if it has one.
    pub fn chair(&self, prefix: Option<&SeatPrefix>) -> (Option<&str>, &str) {
        let chair = prefix.and_then(|prefix| self.without(prefix)).unwrap_or(&self.0);
        match chair.rsplit_once('-') {
            Some((row, number)) if !row.is_empty() && !number.is_empty() => (Some(row), number),
            _ => (None, chair),
        }
    }

    /// What is behind this prefix, if the label has it.
    pub fn without(&self, prefix: &SeatPrefix) -> Option<&str> {
        self.0.strip_prefix(prefix.as_str())?.strip_prefix('-')
    }

    /// The label with a prefix.
    pub fn prefixed(&self, prefix: &SeatPrefix) -> Result<Self, InvalidLabel> {
        format!("{prefix}-{}", self.0).parse()
    }
}

/// What stands before row and number in the labels of a section whose rows and numbers another section has too. It has
/// 1 to 8 of `A-Z` and `0-9`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct SeatPrefix(String);

text_type!(SeatPrefix, "^[A-Z0-9]{1,8}$", "BAL");

/// A text that is no prefix of seat labels.
#[derive(Debug, thiserror::Error)]
#[error("a prefix of seat labels is 1 to 8 capital letters and digits, such as BAL")]
pub struct InvalidPrefix;

impl FromStr for SeatPrefix {
    type Err = InvalidPrefix;

    fn from_str(text: &str) -> Result<Self, InvalidPrefix> {
        if is_narrow(text, 8, false) { Ok(Self(text.to_owned())) } else { Err(InvalidPrefix) }
    }
}

impl FromStr for SeatLabel {
    type Err = InvalidLabel;

    fn from_str(text: &str) -> Result<Self, InvalidLabel> {
        let legal = is_narrow(text, Self::MAX_LENGTH, true) && !text.starts_with('-');
        if legal { Ok(Self(text.to_owned())) } else { Err(InvalidLabel) }
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
    fn a_label_ends_with_what_stands_on_the_chair() {
        for (label, prefix, chair) in [
            ("A-12", None, (Some("A"), "12")),
            ("BAL-A-12", Some("BAL"), (Some("A"), "12")),
            ("BAL-7", Some("BAL"), (None, "7")),
            ("7", None, (None, "7")),
            ("T12-3B", None, (Some("T12"), "3B")),
            ("BOX-L-4", None, (Some("BOX-L"), "4")),
            ("A-", None, (None, "A-")),
            // A prefix that is not the label's.
            ("BALCONY-7", Some("BAL"), (Some("BALCONY"), "7")),
        ] {
            let prefix: Option<SeatPrefix> = prefix.map(|prefix| prefix.parse().unwrap());
            let label: SeatLabel = label.parse().unwrap();
            assert_eq!(label.chair(prefix.as_ref()), chair, "{label}");
        }
    }

    #[test]
    fn an_id_is_read_in_any_case_and_has_one_spelling() {
        let text = "019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11";
        for same in [text, &text.to_uppercase()] {
            assert_eq!(same.parse::<EventId>().unwrap().to_string(), text);
        }
        for other in [&text.replace('-', ""), &format!("{{{text}}}"), "1"] {
            assert!(other.parse::<EventId>().is_err(), "{other}");
        }
    }
}
