//! What absent, `null` and empty say, in one rule for all bodies.
//!
//! In a PATCH an absent field stays as it is, and `null` clears it (RFC 7396); so does an empty text. In every other
//! body, and in a query, an optional value that is `null` or empty is as if it were not given.

use crate::Problem;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::borrow::Cow;

/// What a PATCH says of one field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// Nothing: it stays as it is.
    #[default]
    Keep,
    /// It goes.
    Clear,
    /// It becomes this.
    To(T),
}

impl<T> Change<T> {
    /// What a field that cannot be cleared becomes; `None` where it stays.
    pub fn kept(&self, field: &str) -> Result<Option<&T>, Problem> {
        match self {
            Self::Keep => Ok(None),
            Self::Clear => Err(Problem::invalid(field, "It cannot be cleared; leave it out to keep it.")),
            Self::To(value) => Ok(Some(value)),
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Value::deserialize(from)? {
            Value::Null => Ok(Self::Clear),
            Value::String(text) if is_empty(&text) => Ok(Self::Clear),
            value => T::deserialize(value).map(Self::To).map_err(D::Error::custom),
        }
    }
}

impl<T: JsonSchema> JsonSchema for Change<T> {
    fn schema_name() -> Cow<'static, str> {
        Option::<T>::schema_name()
    }

    fn inline_schema() -> bool {
        Option::<T>::inline_schema()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Option::<T>::json_schema(generator)
    }
}

/// Is a text as good as none?
pub fn is_empty(text: &str) -> bool {
    text.trim().is_empty()
}

/// An optional text, if there is something in it.
pub fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !is_empty(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Patch {
        #[serde(default)]
        number: Change<u32>,
        #[serde(default)]
        text: Change<String>,
    }

    #[test]
    fn a_patch_keeps_clears_or_changes() {
        for (body, number, text) in [
            (json!({}), Change::Keep, Change::Keep),
            (json!({"number": null, "text": null}), Change::Clear, Change::Clear),
            (json!({"number": 7, "text": "x"}), Change::To(7), Change::To("x".to_owned())),
            (json!({"text": ""}), Change::Keep, Change::Clear),
            (json!({"number": "", "text": " \u{a0}"}), Change::Clear, Change::Clear),
            (json!({"text": " x"}), Change::Keep, Change::To(" x".to_owned())),
        ] {
            assert_eq!(serde_json::from_value::<Patch>(body.clone()).unwrap(), Patch { number, text }, "{body}");
        }
        assert!(serde_json::from_value::<Patch>(json!({"number": "7"})).is_err());
    }
}
