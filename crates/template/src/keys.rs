//! The keys of a stack: what `{{resolve:secretsmanager:…}}` in the template refers to. The local cloud makes its own
//! once; for a deployment `cargo run -- keys` prints new ones, to be put into Secrets Manager.

use crate::Error;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contracts::keys::SigningKey;
use contracts::token::{TrustedKey, USER_AUDIENCE};
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Fixed keys that make every run of a test the same, as JSON of the secret. They are valid nowhere else.
pub const OF_TESTS: &str = include_str!("test-keys.json");

/// The signing keys: the key's name, its issuer, and the audiences that trust it.
const ISSUERS: &[(&str, &str, &[&str])] = &[
    ("login", "accounts", &[USER_AUDIENCE]),
    ("accounts", "accounts", &["ticketing"]),
    ("ticketing", "ticketing", &["payments", "organiser-system", "catalogue"]),
    ("power", "power", &["payments", "power-company"]),
];

/// New keys, by the names of the secret's fields.
pub fn generate() -> Result<BTreeMap<String, String>, Error> {
    completed(BTreeMap::new())
}

/// These keys, with new ones for those that are missing.
fn completed(mut keys: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Error> {
    let mut trusted = Vec::new();
    for (name, issuer, audiences) in ISSUERS {
        let kid = format!("{name}-1");
        let key = match keys.remove(&format!("{name}_key")) {
            Some(kept) => kept,
            None => SigningKey::generate(&kid)?,
        };
        let x = SigningKey::parse(&key)?.public();
        trusted.extend(audiences.iter().map(|audience| TrustedKey {
            kid: kid.clone(),
            issuer: (*issuer).to_owned(),
            audience: (*audience).to_owned(),
            x: x.clone(),
        }));
        keys.insert(format!("{name}_key"), key);
    }
    keys.insert("trusted_keys".into(), serde_json::to_string(&trusted)?);
    if !keys.contains_key("ticket_key") {
        keys.insert("ticket_key".into(), SigningKey::generate("ticket-1")?);
    }
    let secret = || STANDARD.encode(rand::random::<[u8; 32]>());
    for client in ["ticketing", "power"] {
        keys.entry(format!("webhook_secret_{client}")).or_insert_with(|| format!("whsec_{}", secret()));
    }
    for name in SECRETS {
        keys.entry((*name).to_owned()).or_insert_with(secret);
    }
    Ok(keys)
}

/// Secrets that nobody may guess: for the links in mails, for the CDN, for the simulators, and in place of TMDB's
/// token.
const SECRETS: &[&str] = &[
    "accounts_link_key",
    "ticketing_link_key",
    "edge_key",
    "organiser_simulation_key",
    "payment_simulation_key",
    "power_simulation_key",
    "tmdb_token",
];

/// The keys kept in `directory`, made at the first start, and completed when a later version needs more; only this user
/// may read them.
pub fn kept(directory: &Path) -> Result<BTreeMap<String, String>, Error> {
    let file = directory.join("keys.json");
    let before: BTreeMap<String, String> = match std::fs::read_to_string(&file) {
        Ok(text) => serde_json::from_str(&text)?,
        Err(_) => BTreeMap::new(),
    };
    let keys = completed(before.clone())?;
    if keys == before {
        return Ok(keys);
    }
    let fresh = file.with_extension("new");
    let mut writer = OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&fresh)?;
    writer.write_all(serde_json::to_string_pretty(&keys)?.as_bytes())?;
    std::fs::rename(fresh, file)?;
    Ok(keys)
}
