//! Settings: read from a map once, at start-up, and checked there, so that a wrong one stops a function before it
//! takes its first request.

use contracts::keys::SigningKey;
use contracts::token::KeyRing;
use contracts::webhook::Secrets;
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;
use time::UtcOffset;

use crate::network::Network;

/// The settings of one function: its environment in Lambda, and in the local cloud what the template says it would be.
#[derive(Clone, Default)]
pub struct Env {
    settings: HashMap<String, String>,
    network: Option<Network>,
}

/// A setting that is missing or wrong. It names the setting and not its value, which may be a secret.
#[derive(Debug, thiserror::Error)]
#[error("the setting {name} {why}")]
pub struct SettingError {
    name: String,
    why: String,
}

impl SettingError {
    /// The setting of this name cannot be read.
    pub fn unreadable(name: &str) -> Self {
        error(name, "cannot be read")
    }
}

impl Env {
    /// The process's environment. Only a function's `main` calls this.
    #[expect(clippy::disallowed_methods, reason = "the one place where settings enter")]
    pub fn of_process() -> Self {
        std::env::vars().collect()
    }

    /// These settings, of a function whose calls `network` carries.
    #[must_use]
    pub fn on(self, network: Network) -> Self {
        Self { network: Some(network), ..self }
    }

    /// What carries the function's calls, if not the real network.
    pub(crate) fn network(&self) -> Option<&Network> {
        self.network.as_ref()
    }

    /// The setting as text, if it is there and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// The setting as text.
    pub fn text(&self, name: &str) -> Result<String, SettingError> {
        self.get(name).map(str::to_owned).ok_or_else(|| error(name, "is missing"))
    }

    /// The setting as anything that can be read from text.
    pub fn parse<T: FromStr>(&self, name: &str) -> Result<T, SettingError> {
        self.text(name)?.parse().map_err(|_| SettingError::unreadable(name))
    }

    /// Whole seconds, within `range`.
    pub fn seconds(&self, name: &str, range: RangeInclusive<u64>) -> Result<Duration, SettingError> {
        let seconds = self.parse(name)?;
        if range.contains(&seconds) {
            return Ok(Duration::from_secs(seconds));
        }
        Err(error(name, &format!("is not from {} to {}", range.start(), range.end())))
    }

    /// A share of cases, from 0 to 1.
    pub fn rate(&self, name: &str) -> Result<f64, SettingError> {
        let rate = self.parse(name)?;
        if (0.0..=1.0).contains(&rate) { Ok(rate) } else { Err(error(name, "is not from 0 to 1")) }
    }

    /// How far clocks are ahead of UTC, given in minutes.
    pub fn utc_offset(&self, name: &str) -> Result<UtcOffset, SettingError> {
        let minutes: i16 = self.parse(name)?;
        UtcOffset::from_whole_seconds(i32::from(minutes) * 60).map_err(|_| error(name, "is more than a day"))
    }

    /// A private key.
    pub fn signing_key(&self, name: &str) -> Result<SigningKey, SettingError> {
        SigningKey::parse(&self.text(name)?).map_err(|e| error(name, &format!("is no key: {e}")))
    }

    /// The public keys trusted.
    pub fn key_ring(&self, name: &str) -> Result<KeyRing, SettingError> {
        KeyRing::parse(&self.text(name)?).map_err(|e| error(name, &format!("is no key ring: {e}")))
    }

    /// Secrets of webhooks.
    pub fn webhook_secrets(&self, name: &str) -> Result<Secrets, SettingError> {
        Secrets::parse(&self.text(name)?).map_err(|e| error(name, &format!("is no secret: {e}")))
    }

    /// The names of all settings that start so.
    pub fn names(&self, prefix: &str) -> Vec<String> {
        self.settings.keys().filter(|name| name.starts_with(prefix)).cloned().collect()
    }
}

impl FromIterator<(String, String)> for Env {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(settings: I) -> Self {
        Self { settings: settings.into_iter().collect(), network: None }
    }
}

fn error(name: &str, why: &str) -> SettingError {
    SettingError { name: name.to_owned(), why: why.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(value: &str) -> Env {
        Env::from_iter([("X".to_owned(), value.to_owned())])
    }

    #[test]
    fn a_wrong_setting_is_named_and_not_shown() {
        let wrong = env("hunter2").seconds("X", 1..=900).unwrap_err().to_string();
        assert_eq!(wrong, "the setting X cannot be read");
        assert_eq!(env("").text("X").unwrap_err().to_string(), "the setting X is missing");
        assert_eq!(env("901").seconds("X", 1..=900).unwrap_err().to_string(), "the setting X is not from 1 to 900");
    }

    #[test]
    fn a_rate_is_a_share() {
        assert!(env("0.2").rate("X").is_ok());
        for bad in ["1.1", "-0.1", "NaN", "often"] {
            assert!(env(bad).rate("X").is_err(), "{bad}");
        }
    }
}
