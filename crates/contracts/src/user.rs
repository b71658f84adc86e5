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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Locale {
    /// Indonesian.
    #[default]
    Id,
    /// English.
    En,
}

/// Why a text is no language that notices are written in.
#[derive(Debug, thiserror::Error)]
#[error("Indonesian or English, as a language tag such as id, id-ID or en-GB.")]
pub struct UnknownLocale;

/// Reads a language tag as devices send it (BCP 47): in any case, with `_` for `-`, with a region, script or variant
/// behind the language, and with the code that Indonesian had before 1989, `in` (IANA Language Subtag Registry).
impl FromStr for Locale {
    type Err = UnknownLocale;

    fn from_str(text: &str) -> Result<Self, UnknownLocale> {
        let mut subtags = text.trim().split(['-', '_']);
        let language = subtags.next().unwrap_or_default().to_ascii_lowercase();
        if !subtags.all(|subtag| (1..=8).contains(&subtag.len()) && subtag.bytes().all(|b| b.is_ascii_alphanumeric())) {
            return Err(UnknownLocale);
        }
        match language.as_str() {
            "id" | "in" => Ok(Self::Id),
            "en" => Ok(Self::En),
            _ => Err(UnknownLocale),
        }
    }
}

impl<'de> Deserialize<'de> for Locale {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The user who asks, as their account says. The gateway may know it from a minute ago, a token from its hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// Who.
    #[serde(rename = "sub")]
    pub id: UserId,
    /// What they may do.
    pub role: Role,
    /// Their name.
    pub name: String,
    /// The version of their account with which they got that name; 0 for the name that they registered with.
    #[serde(default, deserialize_with = "number")]
    pub name_version: u64,
    /// Their e-mail.
    pub email: String,
    /// Did they show that they read that address's mail?
    #[serde(default, deserialize_with = "truth")]
    pub email_confirmed: bool,
    /// Their language.
    pub locale: Locale,
}

/// A value of the authorizer's context, or a text of it: the gateway hands on what the authorizer answered, and REST
/// APIs made texts of all values (Amazon API Gateway, "Output from an API Gateway Lambda authorizer").
#[derive(Deserialize)]
#[serde(untagged)]
enum HandedOn<T> {
    Value(T),
    Text(String),
}

fn truth<'de, D: serde::Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    Ok(match HandedOn::deserialize(from)? {
        HandedOn::Value(value) => value,
        HandedOn::Text(text) => text == "true",
    })
}

fn number<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    match HandedOn::deserialize(from)? {
        HandedOn::Value(value) => Ok(value),
        HandedOn::Text(text) => text.parse().map_err(serde::de::Error::custom),
    }
}

/// A service's name: 1 to 32 of `a-z` and `-`, such as `ticketing`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Service(String);

text_type!(Service, "^[a-z-]{1,32}$", "ticketing");

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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_caller_is_read_as_a_gateway_hands_it_on() {
        let id = "01a1fc00-0000-7000-8000-000000000001";
        for (given, confirmed) in [
            (Some(json!(true)), true),
            (Some(json!("true")), true),
            (Some(json!(false)), false),
            (Some(json!("false")), false),
            (None, false),
        ] {
            let mut caller = json!({"sub": id, "role": "buyer", "name": "Siti", "email": "s@e.id", "locale": "id"});
            if let Some(given) = given {
                caller["email_confirmed"] = given;
            }
            let read: Caller = serde_json::from_value(caller).unwrap();
            assert_eq!((read.email_confirmed, read.name_version), (confirmed, 0));
        }
        for (given, version) in [(json!(7), Some(7)), (json!("7"), Some(7)), (json!("x"), None), (json!(-1), None)] {
            let caller = json!({"sub": id, "role": "buyer", "name": "Siti", "name_version": given, "email": "s@e.id",
                "locale": "id"});
            let read = serde_json::from_value::<Caller>(caller).ok();
            assert_eq!(read.map(|caller| caller.name_version), version, "{given}");
        }
    }

    #[test]
    fn a_language_is_read_as_devices_send_it() {
        for (tag, locale) in [
            ("id", Locale::Id),
            ("id-ID", Locale::Id),
            ("in_ID", Locale::Id),
            ("ID", Locale::Id),
            ("id-Latn-ID", Locale::Id),
            ("en", Locale::En),
            ("en-US", Locale::En),
            ("EN_gb", Locale::En),
            ("en-GB-oxendict", Locale::En),
            (" en-u-hc-h12 ", Locale::En),
        ] {
            assert_eq!(tag.parse::<Locale>().unwrap(), locale, "{tag}");
            assert_eq!(serde_json::from_value::<Locale>(tag.into()).unwrap(), locale, "{tag}");
        }
        for bad in ["", "-", "indonesia", "fr", "en-", "en--US", "en-toolongsubtag", "id;q=1", "en-Ünited"] {
            assert!(bad.parse::<Locale>().is_err(), "{bad}");
        }
    }
}
