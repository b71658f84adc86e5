//! Hashes passwords and compares them with bcrypt. An unknown account takes as long as a known one.

use crate::domain::Password;
use crate::ports::{PasswordHash, Passwords};
use async_trait::async_trait;
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
        Self { cost, decoy: format!("$2b${cost:02}${}", ".".repeat(53)) }
    }
}

async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, bcrypt::BcryptError> + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await.map_err(|e| Failure::transient("hash a password", e))?;
    done.map_err(|e| Failure::permanent("hash a password", e))
}

#[async_trait]
impl Passwords for BcryptPasswords {
    async fn hash(&self, password: Password) -> Result<PasswordHash, Failure> {
        let cost = self.cost;
        apart(move || bcrypt::hash(password.reveal(), cost)).await.map(PasswordHash)
    }

    async fn matches(&self, password: Password, hash: Option<PasswordHash>) -> Result<bool, Failure> {
        let (known, hash) = (hash.is_some(), hash.map_or_else(|| self.decoy.clone(), |PasswordHash(hash)| hash));
        // A password that is not acceptable was never hashed. It could match all the same: bcrypt ignores the end of a
        // password that is too long.
        let acceptable = password.is_acceptable();
        let same = apart(move || bcrypt::verify(password.reveal(), &hash)).await?;
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
            let cost_of = |hash: &str| hash.parse::<bcrypt::HashParts>().unwrap().get_cost();
            assert_eq!((cost_of(&passwords.decoy), cost_of(&real)), (cost, cost));
            assert_eq!(passwords.decoy.len(), real.len());
            // It compares and answers `false`. An error would come at once, and the time would tell.
            assert!(!bcrypt::verify("correct horse", &passwords.decoy).unwrap());
        }
    }
}
