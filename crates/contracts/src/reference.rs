//! What people say and type in place of an id.

use crate::text::ungrouped;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// 32 letters and digits of which none looks like another: no `0` and `O`, no `1` and `I`.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Characters of a reference, of five bits each. Among 20,000 bookings of an event, two have the same reference once in
/// about 5,500 such events; both are found then.
const LENGTH: usize = 8;
const NAMESPACE: Uuid = Uuid::from_u128(0x6b61_7263_6973_4b42_8f6f_6b69_6e67_000d);

/// A short reference of a booking or a purchase, for the telephone: `K7QX2M9T`. It follows from the id.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reference(String);

/// A text that is no reference.
#[derive(Debug, thiserror::Error)]
#[error("A reference is 8 letters and digits, such as K7QX2M9T.")]
pub struct InvalidReference;

impl Reference {
    /// The reference of the thing with this id.
    pub fn of(id: Uuid) -> Self {
        let bits = u128::from_be_bytes(*Uuid::new_v5(&NAMESPACE, id.as_bytes()).as_bytes());
        let letter = |place: usize| {
            let five = usize::try_from(bits >> (123 - 5 * place) & 31).unwrap_or_default();
            char::from(ALPHABET.get(five).copied().unwrap_or_default())
        };
        Self((0..LENGTH).map(letter).collect())
    }
}

impl FromStr for Reference {
    type Err = InvalidReference;

    /// Reads it as people type and paste it: in small letters, in groups, with a sign of numbering before it.
    fn from_str(text: &str) -> Result<Self, InvalidReference> {
        let bare = ungrouped(text.trim_start().trim_start_matches('#'));
        let read: String = bare.chars().map(|c| c.to_ascii_uppercase()).take(LENGTH + 1).collect();
        let known = read.bytes().all(|byte| ALPHABET.contains(&byte));
        if known && read.len() == LENGTH { Ok(Self(read)) } else { Err(InvalidReference) }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl JsonSchema for Reference {
    fn schema_name() -> Cow<'static, str> {
        "Reference".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "For the telephone: 8 letters and digits of which none looks like another.",
            "examples": ["K7QX2M9T"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_reference_can_be_said_and_typed() {
        let reference = Reference::of(Uuid::from_u128(7));
        let text = reference.to_string();
        assert_eq!(text.len(), LENGTH);
        let (left, right) = text.split_at(4);
        for typed in [
            text.clone(),
            text.to_lowercase(),
            format!("{left}-{right}"),
            format!(" {left} {right}\u{a0}"),
            format!("#{left}\u{2013}{right}"),
            format!("{left}.{right}\u{200b}"),
        ] {
            assert_eq!(typed.parse::<Reference>().unwrap(), reference, "{typed}");
        }
        for wrong in ["", "K7QX2M9", "K7QX2M9TT", "K7QX2M90", "K7QX2MIT", "K7QX2M9é", "--------"] {
            assert!(wrong.parse::<Reference>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn references_do_not_change_and_hardly_meet() {
        // Printed tickets have them.
        assert_eq!(Reference::of(Uuid::from_u128(1)).to_string(), "ZSCBFWMS");
        let many: HashSet<_> = (0..20_000).map(|id| Reference::of(Uuid::from_u128(id)).to_string()).collect();
        assert_eq!(many.len(), 20_000);
        let used: HashSet<_> = many.iter().flat_map(|text| text.chars()).collect();
        assert_eq!(used.len(), ALPHABET.len());
    }
}
