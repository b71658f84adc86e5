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

/// Whom each key vouches for: the key's name, its issuer, and the audiences that trust it.
const ISSUERS: &[(&str, &str, &[&str])] =
    &[("login", "accounts", &[USER_AUDIENCE]), ("ticketing", "ticketing", &["payments", "organiser-system"])];

/// New keys, by the names of the secret's fields.
pub fn generate() -> Result<BTreeMap<String, String>, Error> {
    let mut keys = BTreeMap::new();
    let mut trusted = Vec::new();
    for (name, issuer, audiences) in ISSUERS {
        let key = SigningKey::generate(&format!("{name}-1"))?;
        let x = SigningKey::parse(&key)?.public();
        trusted.extend(audiences.iter().map(|audience| TrustedKey {
            kid: format!("{name}-1"),
            issuer: (*issuer).to_owned(),
            audience: (*audience).to_owned(),
            x: x.clone(),
        }));
        keys.insert(format!("{name}_key"), key);
    }
    keys.insert("trusted_keys".into(), serde_json::to_string(&trusted)?);
    keys.insert("ticket_key".into(), SigningKey::generate("ticket-1")?);
    keys.insert("webhook_secret_ticketing".into(), format!("whsec_{}", STANDARD.encode(rand::random::<[u8; 32]>())));
    keys.insert("simulation_key".into(), STANDARD.encode(rand::random::<[u8; 32]>()));
    Ok(keys)
}

/// The keys kept in `directory`, made at the first start; only this user may read them.
pub fn kept(directory: &Path) -> Result<BTreeMap<String, String>, Error> {
    let file = directory.join("keys.json");
    if let Ok(text) = std::fs::read_to_string(&file) {
        return Ok(serde_json::from_str(&text)?);
    }
    let keys = generate()?;
    let fresh = file.with_extension("new");
    let mut writer = OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&fresh)?;
    writer.write_all(serde_json::to_string_pretty(&keys)?.as_bytes())?;
    std::fs::rename(fresh, file)?;
    Ok(keys)
}
