//! The keys of a stack: what `{{resolve:secretsmanager:…}}` in the template refers to. The local cloud makes its own
//! once; for a deployment `karcis keys` prints new ones, to be put into Secrets Manager, and changes those that are
//! there.
//!
//! A key that signs tokens or webhooks is replaced while the stack sells: at each step whatever is signed is taken by
//! functions of this step and of the one before, in whatever order a deployment updates them. What tickets and the
//! links in mails were signed with is never replaced: both are in people's hands.

use crate::Error;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contracts::keys::SigningKey;
use contracts::token::{TrustedKey, USER_AUDIENCE};
use contracts::webhook::Secrets;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// A stack's keys, by the names of the secret's fields.
pub type Keys = BTreeMap<String, String>;

/// Fixed keys that make every run of a test the same, as JSON of the secret. They are valid nowhere else.
pub const OF_TESTS: &str = include_str!("test-keys.json");

/// A key that signs tokens.
struct TokenKey {
    name: &'static str,
    issuer: &'static str,
    /// Who trusts it.
    audiences: &'static [&'static str],
    /// How long a token of it is good for, in words.
    life: &'static str,
}

/// The keys that sign tokens.
const TOKEN_KEYS: &[TokenKey] = &[
    TokenKey { name: "login", issuer: "accounts", audiences: &[USER_AUDIENCE], life: "TokenSeconds" },
    TokenKey { name: "accounts", issuer: "accounts", audiences: &["ticketing"], life: "a minute" },
    TokenKey {
        name: "ticketing",
        issuer: "ticketing",
        audiences: &["payments", "organiser-system", "catalogue"],
        life: "a minute",
    },
    TokenKey { name: "power", issuer: "power", audiences: &["payments", "power-company"], life: "a minute" },
];

impl TokenKey {
    fn field(&self) -> String {
        format!("{}_key", self.name)
    }

    /// The field of a key that is trusted, and that nothing is signed with yet.
    fn next(&self) -> String {
        format!("{}_key_next", self.name)
    }

    fn is_of(&self, trusted: &TrustedKey) -> bool {
        trusted.issuer == self.issuer && self.audiences.contains(&&*trusted.audience)
    }

    /// A name for a new key: the next number after those that are trusted, such as `login-2`.
    fn new_kid(&self, trusted: &[TrustedKey]) -> String {
        let number = |entry: &TrustedKey| entry.kid.strip_prefix(self.name)?.strip_prefix('-')?.parse::<u32>().ok();
        let last = trusted.iter().filter_map(number).max().unwrap_or_default();
        format!("{}-{}", self.name, last.saturating_add(1))
    }

    /// Has this key trusted, if it is not yet.
    fn trust(&self, key: &SigningKey, trusted: &mut Vec<TrustedKey>) {
        for audience in self.audiences {
            let entry = TrustedKey {
                kid: key.kid().to_owned(),
                issuer: self.issuer.to_owned(),
                audience: (*audience).to_owned(),
                x: key.public(),
            };
            if !trusted.contains(&entry) {
                trusted.push(entry);
            }
        }
    }
}

/// The key that signs the codes on tickets.
const TICKET_KEY: &str = "ticket_key";

/// What tickets and the links in mails were signed with.
const IN_PEOPLES_HANDS: &[&str] = &[TICKET_KEY, "accounts_link_key", "ticketing_link_key"];

/// The secrets that payments shares with whom it sends webhooks to.
const WEBHOOKS: &[&str] = &["webhook_secret_ticketing", "webhook_secret_power"];

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

const TRUSTED: &str = "trusted_keys";

/// New keys.
pub fn generate() -> Result<Keys, Error> {
    Ok(complete(Keys::new())?.0)
}

/// These keys, with new ones for those that are missing or empty, and which those were. What is there stays as it is.
///
/// # Errors
/// A field that is there and cannot be read is named.
pub fn complete(mut keys: Keys) -> Result<(Keys, Vec<String>), Error> {
    keys.retain(|_, value| !value.trim().is_empty());
    let before: BTreeSet<_> = keys.keys().cloned().collect();
    let mut trusted = trusted_of(&keys)?;
    for signs in TOKEN_KEYS {
        let (field, next) = (signs.field(), signs.next());
        if !keys.contains_key(&field) {
            keys.insert(field.clone(), SigningKey::generate(&signs.new_kid(&trusted))?);
        }
        signs.trust(&signing_key(&keys, &field)?, &mut trusted);
        if keys.contains_key(&next) {
            signs.trust(&signing_key(&keys, &next)?, &mut trusted);
        }
    }
    write_trusted(&mut keys, &trusted)?;
    if !keys.contains_key(TICKET_KEY) {
        keys.insert(TICKET_KEY.into(), SigningKey::generate("ticket-1")?);
    }
    signing_key(&keys, TICKET_KEY)?;
    for name in WEBHOOKS {
        let kept = keys.entry((*name).to_owned()).or_insert_with(webhook_secret);
        Secrets::parse(kept).map_err(|why| format!("{name}: {why}"))?;
    }
    for name in SECRETS {
        keys.entry((*name).to_owned()).or_insert_with(secret);
    }
    let made = keys.keys().filter(|field| !before.contains(*field)).cloned().collect();
    Ok((keys, made))
}

/// These keys, if none is missing.
fn whole(keys: Keys) -> Result<Keys, Error> {
    let (keys, made) = complete(keys)?;
    if made.is_empty() {
        Ok(keys)
    } else {
        Err(format!("the secret has no {}: complete it first", made.join(", ")).into())
    }
}

/// One step of replacing the key `name`, and what is to be done after it.
///
/// For a key that signs tokens there are two steps: first the new key is trusted, and once that is deployed, it signs.
/// For a secret of webhooks there is one: the sender signs with both, and the receiver takes either.
///
/// # Errors
/// `name` is no such key, or its last rotation is not finished.
pub fn rotate(keys: Keys, name: &str) -> Result<(Keys, String), Error> {
    let mut keys = whole(keys)?;
    if WEBHOOKS.contains(&name) {
        let before = keys.remove(name).unwrap_or_default();
        if before.split_whitespace().count() > 1 {
            return Err(format!("{name} has an earlier secret still: retire that first").into());
        }
        keys.insert(name.into(), format!("{} {}", webhook_secret(), before.trim()));
        return Ok((keys, format!("Deploy with a new KeysVersion. Once that is done, retire {name}.")));
    }
    let own = token_key(name)?;
    if let Some(next) = keys.remove(&own.next()) {
        let kid = SigningKey::parse(&next)?.kid().to_owned();
        keys.insert(own.field(), next);
        let life = own.life;
        let then =
            format!("Deploy with a new KeysVersion: {kid} signs from then on. {life} after that, retire {name}.");
        return Ok((keys, then));
    }
    let mut trusted = trusted_of(&keys)?;
    if trusted.iter().filter(|entry| own.is_of(entry)).map(|entry| &entry.x).collect::<BTreeSet<_>>().len() > 1 {
        return Err(format!("an earlier {name} is trusted still: retire that first").into());
    }
    let key = SigningKey::generate(&own.new_kid(&trusted))?;
    own.trust(&SigningKey::parse(&key)?, &mut trusted);
    keys.insert(own.next(), key);
    write_trusted(&mut keys, &trusted)?;
    Ok((keys, format!("Deploy with a new KeysVersion: both are trusted then. After that, rotate {name} once more.")))
}

/// These keys without the earlier keys of this name, which nothing is signed with any more.
///
/// # Errors
/// `name` is no such key, its rotation is not finished, or there is no earlier one.
pub fn retire(keys: Keys, name: &str) -> Result<(Keys, String), Error> {
    let mut keys = whole(keys)?;
    let none = || format!("there is no earlier {name} to be retired");
    if WEBHOOKS.contains(&name) {
        let all = keys.remove(name).unwrap_or_default();
        let mut all = all.split_whitespace();
        let (newest, _) = all.next().zip(all.next()).ok_or_else(none)?;
        keys.insert(name.into(), newest.to_owned());
    } else {
        let own = token_key(name)?;
        if keys.contains_key(&own.next()) {
            return Err(format!("{name}'s new key signs nothing yet: deploy, and rotate it once more").into());
        }
        let present = signing_key(&keys, &own.field())?;
        let mut trusted = trusted_of(&keys)?;
        let before = trusted.len();
        trusted.retain(|entry| !own.is_of(entry) || entry.x == present.public());
        if trusted.len() == before {
            return Err(none().into());
        }
        write_trusted(&mut keys, &trusted)?;
    }
    Ok((keys, format!("Deploy with a new KeysVersion: what an earlier {name} signed is refused from then on.")))
}

/// The key that signs tokens and has this name.
fn token_key(name: &str) -> Result<&'static TokenKey, Error> {
    let found = TOKEN_KEYS.iter().find(|one| one.name == name);
    found.ok_or_else(|| {
        if IN_PEOPLES_HANDS.contains(&name) {
            return format!("{name} is not replaced: tickets or links in mails that people have are signed with it")
                .into();
        }
        let names: Vec<_> = TOKEN_KEYS.iter().map(|key| key.name).chain(WEBHOOKS.iter().copied()).collect();
        format!("{name} is no key that is replaced step by step; those are {}", names.join(", ")).into()
    })
}

fn signing_key(keys: &Keys, field: &str) -> Result<SigningKey, Error> {
    let setting = keys.get(field).map(String::as_str).unwrap_or_default();
    SigningKey::parse(setting).map_err(|why| format!("{field}: {why}").into())
}

fn trusted_of(keys: &Keys) -> Result<Vec<TrustedKey>, Error> {
    let list = keys.get(TRUSTED).map(|list| serde_json::from_str(list)).transpose();
    list.map(Option::unwrap_or_default).map_err(|why| format!("{TRUSTED}: {why}").into())
}

fn write_trusted(keys: &mut Keys, trusted: &[TrustedKey]) -> Result<(), Error> {
    keys.insert(TRUSTED.into(), serde_json::to_string(trusted)?);
    Ok(())
}

fn secret() -> String {
    STANDARD.encode(rand::random::<[u8; 32]>())
}

fn webhook_secret() -> String {
    format!("whsec_{}", secret())
}

/// The keys kept in `directory`, made at the first start, and completed when a later version needs more; only this user
/// may read them.
///
/// # Errors
/// The file is there and is not whole. Nothing is put in its place: what was signed with its keys would be void.
pub fn kept(directory: &Path) -> Result<Keys, Error> {
    let file = directory.join("keys.json");
    let unreadable = |why: &dyn std::fmt::Display| format!("the keys in {} cannot be read: {why}", file.display());
    let before: Keys = match std::fs::read_to_string(&file) {
        Ok(text) => serde_json::from_str(&text).map_err(|why| unreadable(&why))?,
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Keys::new(),
        Err(why) => return Err(unreadable(&why).into()),
    };
    let (keys, _) = complete(before.clone()).map_err(|why| unreadable(&why))?;
    if keys == before {
        return Ok(keys);
    }
    let fresh = file.with_extension("new");
    let mut writer = OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&fresh)?;
    writer.write_all(serde_json::to_string_pretty(&keys)?.as_bytes())?;
    std::fs::rename(fresh, file)?;
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::token::{Bearer, KeyRing, Signer};
    use contracts::{Service, Timestamp};

    fn now() -> Timestamp {
        Timestamp::from_millis(1_800_000_000_000)
    }

    fn tests_own() -> Keys {
        serde_json::from_str(OF_TESTS).unwrap()
    }

    /// Does a stack with the keys `receiver` take what one with the keys `sender` signs?
    fn takes(receiver: &Keys, sender: &Keys, service: &str, callee: &str) -> bool {
        let name: Service = service.parse().unwrap();
        let signer = Signer::new("karcis", SigningKey::parse(&sender[&format!("{service}_key")]).unwrap());
        let token = signer.for_service(&name, callee, now()).unwrap();
        let ring = KeyRing::parse("karcis", &receiver["trusted_keys"]).unwrap();
        ring.verify(&token, now()) == Ok(Bearer::Service { name, audience: callee.into() })
    }

    fn hears(receiver: &Keys, sender: &Keys) -> bool {
        let secrets = |keys: &Keys| Secrets::parse(&keys["webhook_secret_power"]).unwrap();
        let signature = secrets(sender).sign("msg_1", now().seconds(), b"{}");
        secrets(receiver).verify("msg_1", &now().seconds().to_string(), &signature, b"{}", now()).is_ok()
    }

    #[test]
    fn at_each_step_of_a_rotation_neighbours_in_time_understand_each_other() {
        for (service, callee) in [("ticketing", "payments"), ("ticketing", "catalogue"), ("power", "power-company")] {
            let mut steps = vec![tests_own()];
            for step in [rotate, rotate, retire] {
                steps.push(step(steps.last().unwrap().clone(), service).unwrap().0);
            }
            for pair in steps.windows(2) {
                let [before, after] = pair else { unreachable!() };
                assert!(takes(after, before, service, callee) && takes(before, after, service, callee));
                assert!(takes(after, after, service, callee));
            }
            assert!(!takes(&steps[3], &steps[0], service, callee), "what was retired is refused");
            let others =
                steps[3].iter().filter(|(field, _)| ![TRUSTED, &format!("{service}_key")].contains(&&***field));
            assert!(others.eq(
                steps[0].iter().filter(|(field, _)| { ![TRUSTED, &format!("{service}_key")].contains(&&***field) })
            ));
        }
        let first = tests_own();
        let both = rotate(first.clone(), "webhook_secret_power").unwrap().0;
        let last = retire(both.clone(), "webhook_secret_power").unwrap().0;
        assert!(hears(&first, &both) && hears(&both, &first) && hears(&both, &last) && hears(&last, &both));
        assert!(!hears(&last, &first));
    }

    #[test]
    fn a_step_out_of_order_is_refused_in_words() {
        let refused = |outcome: Result<(Keys, String), Error>| outcome.unwrap_err().to_string();
        let rotated = || rotate(tests_own(), "login").unwrap().0;
        for (said, words) in [
            (refused(retire(tests_own(), "login")), "no earlier login"),
            (refused(retire(tests_own(), "webhook_secret_power")), "no earlier webhook_secret_power"),
            (refused(retire(rotated(), "login")), "rotate it once more"),
            (refused(rotate(rotate(rotated(), "login").unwrap().0, "login")), "retire that first"),
            (refused(rotate(rotate(tests_own(), WEBHOOKS[0]).unwrap().0, WEBHOOKS[0])), "retire that first"),
            (refused(rotate(tests_own(), "ticket_key")), "people have"),
            (refused(retire(tests_own(), "accounts_link_key")), "people have"),
            (refused(rotate(tests_own(), "edge_key")), "those are login, accounts"),
            (refused(rotate(tests_own(), "")), "those are login, accounts"),
        ] {
            assert!(said.contains(words), "{said}");
        }
    }

    #[test]
    fn keys_are_completed_and_none_is_replaced() {
        let whole = tests_own();
        assert_eq!(complete(whole.clone()).unwrap(), (whole.clone(), Vec::new()));
        for field in whole.keys() {
            for half in [None, Some(" ".to_owned())] {
                let mut keys = whole.clone();
                keys.remove(field);
                keys.extend(half.map(|half| (field.clone(), half)));
                let (completed, made) = complete(keys.clone()).unwrap();
                assert_eq!((completed.len(), made), (whole.len(), vec![field.clone()]));
                // Nothing is made beside a step of a rotation.
                let said = rotate(keys, "login").unwrap_err().to_string();
                assert!(said.contains(field) && said.contains("complete it first"), "{said}");
                let others = |keys: &Keys| {
                    let mut others = keys.clone();
                    others.retain(|name, _| name != field && name != TRUSTED);
                    others
                };
                assert_eq!(others(&completed), others(&whole));
            }
        }
        // Between the steps of a rotation too.
        let (rotated, _) = rotate(whole, "ticketing").unwrap();
        assert_eq!(complete(rotated.clone()).unwrap().0, rotated);
    }

    /// A key that was taken out is not put back under the name by which it is trusted.
    #[test]
    fn a_lost_key_leaves_its_name_to_the_key_that_was_lost() {
        let mut keys = tests_own();
        keys.remove("login_key");
        let (keys, _) = complete(keys).unwrap();
        assert_eq!(signing_key(&keys, "login_key").unwrap().kid(), "login-2");
        let (keys, _) = retire(keys, "login").unwrap();
        assert!(trusted_of(&keys).unwrap().iter().all(|entry| entry.kid != "login-1"));
    }

    #[test]
    fn secrets_of_webhooks_are_told_apart_by_any_white_space() {
        for between in [" ", "\n", "\t", "  "] {
            let mut keys = tests_own();
            let one = keys[WEBHOOKS[0]].clone();
            keys.insert(WEBHOOKS[0].into(), format!("{between}{one}{between}{}", webhook_secret()));
            assert_eq!(retire(keys, WEBHOOKS[0]).unwrap().0[WEBHOOKS[0]], one);
        }
    }

    #[test]
    fn what_cannot_be_read_is_named_and_not_replaced() {
        for (field, wrong) in [
            ("login_key", "login-1:AAAA"),
            ("ticket_key", "nonsense"),
            ("trusted_keys", "[{}]"),
            ("webhook_secret_power", "whsec_short"),
        ] {
            let mut keys = tests_own();
            keys.insert(field.into(), wrong.into());
            let said = complete(keys).unwrap_err().to_string();
            assert!(said.contains(field) && !said.contains(wrong), "{said}");
        }
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("keys.json");
        std::fs::write(&file, "{\"login_key\": ").unwrap();
        assert!(kept(directory.path()).unwrap_err().to_string().contains("keys.json"));
        assert_eq!(std::fs::read_to_string(file).unwrap(), "{\"login_key\": ");
    }
}
