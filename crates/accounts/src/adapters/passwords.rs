//! Hashes passwords and compares them with bcrypt. An unknown account takes as long as a known one.

use crate::domain::Password;
use crate::ports::{PasswordHash, Passwords};
use async_trait::async_trait;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contracts::Failure;

/// bcrypt, on a separate thread: hashing is slow by design, and no other work must wait for it.
#[derive(Debug, Clone)]
pub struct BcryptPasswords {
    cost: u32,
    /// The hash to compare with when there is no account, so that the comparison takes as long.
    decoy: String,
}

impl BcryptPasswords {
    /// With this cost: the hash takes `2^cost` rounds. OWASP asks for 10 at least (Password Storage Cheat Sheet).
    pub fn new(cost: u32) -> Self {
        // Salt and hash are all zeros: no password has this hash, and checking one takes all rounds.
        Self { cost, decoy: format!("{KEYED}$2b${cost:02}${}", ".".repeat(53)) }
    }
}

async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, bcrypt::BcryptError> + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await.map_err(|e| Failure::transient("hash a password", e))?;
    done.map_err(|e| Failure::permanent("hash a password", e))
}

/// The mark of hashes that are made now. Hashes without it are from before and stay good: bcrypt of the bytes as typed.
const KEYED: &str = "hmac:";

/// What bcrypt hashes: a digest of the password as RFC 8265 has it. bcrypt itself looks at no more than 72 bytes, and
/// takes a zero byte for the end. The key keeps the digests of other sites, once leaked, from being compared with
/// these.
fn keyed(password: &Password) -> Option<String> {
    let key = hmac::Key::new(hmac::HMAC_SHA384, b"karcis.password.1");
    Some(STANDARD.encode(hmac::sign(&key, password.opaque()?.as_bytes())))
}

#[async_trait]
impl Passwords for BcryptPasswords {
    async fn hash(&self, password: Password) -> Result<PasswordHash, Failure> {
        let cost = self.cost;
        let digest = keyed(&password).ok_or_else(|| Failure::permanent("hash a password", "it is not acceptable"))?;
        apart(move || bcrypt::hash(digest, cost)).await.map(|hash| PasswordHash(format!("{KEYED}{hash}")))
    }

    async fn matches(&self, password: Password, hash: Option<PasswordHash>) -> Result<bool, Failure> {
        let (known, hash) = (hash.is_some(), hash.map_or_else(|| self.decoy.clone(), |PasswordHash(hash)| hash));
        let (compared, acceptable) = match hash.strip_prefix(KEYED) {
            Some(_) => keyed(&password).map_or_else(|| (String::new(), false), |digest| (digest, true)),
            // A password from before was never longer, and had no zero byte. It could match all the same: bcrypt
            // ignores what is behind its 72 bytes, and repeats what ends with a zero byte.
            None => (password.typed().to_owned(), password.typed().len() <= 72 && !password.typed().contains('\0')),
        };
        let same = apart(move || bcrypt::verify(compared, hash.trim_start_matches(KEYED))).await?;
        Ok(same && known && acceptable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Password {
        serde_json::from_value(text.into()).unwrap()
    }

    /// The time must not tell whether an address has an account.
    #[tokio::test(flavor = "current_thread")]
    async fn who_is_unknown_is_compared_with_a_hash_of_the_same_cost() {
        for cost in [4, 10] {
            let passwords = BcryptPasswords::new(cost);
            let PasswordHash(real) = passwords.hash(typed("correct horse")).await.unwrap();
            let bare = |hash: &str| hash.strip_prefix(KEYED).unwrap().to_owned();
            let cost_of = |hash: &str| bare(hash).parse::<bcrypt::HashParts>().unwrap().get_cost();
            assert_eq!((cost_of(&passwords.decoy), cost_of(&real)), (cost, cost));
            assert_eq!(passwords.decoy.len(), real.len());
            // It compares and answers `false`. An error would come at once, and the time would tell.
            assert!(!bcrypt::verify("correct horse", &bare(&passwords.decoy)).unwrap());
        }
    }

    /// Every character counts, whichever form it came in, and what was hashed before stays good.
    #[tokio::test(flavor = "current_thread")]
    async fn a_password_is_known_again_in_every_form() {
        let passwords = BcryptPasswords::new(4);
        let long = "x".repeat(127);
        for (set, given, same) in [
            ("Café Senja", "Cafe\u{301} Senja", true),
            ("correct horse", "correct\u{a0}horse", true),
            ("correct horse", "Correct horse", false),
            ("correct horse", "correct horse ", false),
            (&format!("{long}a"), &format!("{long}a"), true),
            (&format!("{long}a"), &format!("{long}b"), false),
            ("éééééééé", "éééééééé", true),
            ("correct horse", "correct\0horse", false),
        ] {
            let hash = passwords.hash(typed(set)).await.unwrap();
            assert_eq!(passwords.matches(typed(given), Some(hash)).await.unwrap(), same, "{set:?} {given:?}");
        }
        let before = |text: &str| Some(PasswordHash(bcrypt::hash(text, 4).unwrap()));
        for (set, given, same) in [
            ("correct horse", "correct horse", true),
            ("cafe\u{301} senja", "cafe\u{301} senja", true),
            ("correct horse", "correct hors", false),
            (&"x".repeat(72), &"x".repeat(73), false),
        ] {
            assert_eq!(passwords.matches(typed(given), before(set)).await.unwrap(), same, "{set:?} {given:?}");
        }
    }
}
