//! Settings: read from a map once, at start-up, and checked there, so that a wrong one stops a function before it
//! takes its first request.

use aws_sdk_dynamodb::config::SharedInterceptor;
use contracts::Service;
use contracts::keys::SigningKey;
use contracts::token::{KeyRing, Signer};
use contracts::webhook::Secrets;
use std::collections::{BTreeSet, HashMap};
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::network::Network;

/// The setting with the stack's name.
const STACK: &str = "STACK";

/// The shortest secret: 32 characters of base64 are 192 random bits.
const LEAST_SECRET: usize = 32;

/// The settings of one function: its environment in Lambda, and in the local cloud what the template says it would be.
#[derive(Clone, Default)]
pub struct Env {
    settings: HashMap<String, String>,
    network: Option<Network>,
    guard: Option<SharedInterceptor>,
    read: Arc<Mutex<BTreeSet<String>>>,
}

/// A setting that exists once for each of several services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfService {
    /// The service.
    pub service: Service,
    /// How the setting's name ends: `POWER`.
    pub suffix: String,
    /// What the setting says.
    pub value: String,
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

    /// These settings, with `network` to carry the function's calls.
    #[must_use]
    pub fn on(self, network: Network) -> Self {
        Self { network: Some(network), ..self }
    }

    /// The network that carries the function's calls, if it is not the real one.
    pub(crate) fn network(&self) -> Option<&Network> {
        self.network.as_ref()
    }

    /// These settings, with `guard` to look at each call of AWS before it is sent.
    #[must_use]
    pub fn guarded(self, guard: SharedInterceptor) -> Self {
        Self { guard: Some(guard), ..self }
    }

    /// What looks at each call of AWS, if something does.
    pub(crate) fn guard(&self) -> Option<SharedInterceptor> {
        self.guard.clone()
    }

    /// The names of the settings that were asked for so far, whether there or not.
    pub fn names_read(&self) -> BTreeSet<String> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, name: &str) {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
    }

    /// The setting as text, if it is there and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.note(name);
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

    /// A secret that nobody may guess: a text of 32 characters at least.
    pub fn secret(&self, name: &str) -> Result<String, SettingError> {
        let secret = self.text(name)?;
        if secret.len() < LEAST_SECRET {
            return Err(error(name, &format!("has fewer than {LEAST_SECRET} characters")));
        }
        Ok(secret)
    }

    /// A private key.
    pub fn signing_key(&self, name: &str) -> Result<SigningKey, SettingError> {
        SigningKey::parse(&self.text(name)?).map_err(|e| error(name, &format!("is no key: {e}")))
    }

    /// A private key, to sign this stack's tokens with.
    pub fn signer(&self, name: &str) -> Result<Signer, SettingError> {
        Ok(Signer::new(self.text(STACK)?, self.signing_key(name)?))
    }

    /// The public keys trusted.
    pub fn key_ring(&self, name: &str) -> Result<KeyRing, SettingError> {
        KeyRing::parse(self.text(STACK)?, &self.text(name)?).map_err(|e| error(name, &format!("is no key ring: {e}")))
    }

    /// Secrets of webhooks.
    pub fn webhook_secrets(&self, name: &str) -> Result<Secrets, SettingError> {
        Secrets::parse(&self.text(name)?).map_err(|e| error(name, &format!("is no secret: {e}")))
    }

    /// The services that have a setting `<prefix><SERVICE>`, in order, with that setting's value and the end of its
    /// name.
    pub fn of_services(&self, prefix: &str) -> Result<Vec<OfService>, SettingError> {
        let mut found = Vec::new();
        for (name, value) in &self.settings {
            let Some(suffix) = name.strip_prefix(prefix).filter(|_| !value.is_empty()) else { continue };
            let service = suffix.to_lowercase().replace('_', "-").parse();
            let service = service.map_err(|_| SettingError::unreadable(name))?;
            self.note(name);
            found.push(OfService { service, suffix: suffix.to_owned(), value: value.clone() });
        }
        found.sort_by(|a, b| a.suffix.cmp(&b.suffix));
        Ok(found)
    }
}

impl FromIterator<(String, String)> for Env {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(settings: I) -> Self {
        Self { settings: settings.into_iter().collect(), network: None, guard: None, read: Arc::default() }
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
    fn a_setting_may_be_there_for_each_of_several_services() {
        let names = ["URL_POWER", "URL_TICKET_OFFICE", "URL_EMPTY", "OTHER"];
        let env = Env::from_iter(names.map(|name| (name.to_owned(), name.replace("URL_EMPTY", ""))));
        let found = env.of_services("URL_").unwrap();
        let found: Vec<_> = found.iter().map(|of| (of.service.as_str(), of.value.as_str())).collect();
        assert_eq!(found, [("power", "URL_POWER"), ("ticket-office", "URL_TICKET_OFFICE")]);
        assert!(Env::from_iter([("URL_1".to_owned(), "x".to_owned())]).of_services("URL_").is_err());
    }

    #[test]
    fn a_rate_is_a_share() {
        assert!(env("0.2").rate("X").is_ok());
        for bad in ["1.1", "-0.1", "NaN", "often"] {
            assert!(env(bad).rate("X").is_err(), "{bad}");
        }
    }
}
