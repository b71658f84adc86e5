use crate::domain::{Email, Password};
use crate::ports::{Passwords, Users};
use contracts::keys::SigningKey;
use contracts::{Code, Failure, Problem, World, token};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What a user signs in with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: Password,
}

/// A sign-in that succeeded, as OAuth 2.0 answers it (RFC 6749, 5.1).
#[derive(Debug, Serialize)]
pub struct SignedIn {
    /// A JWT.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// Seconds that it lives.
    pub expires_in: u64,
}

/// Signs a user in. A wrong password and an unknown address answer alike, and take as long.
pub async fn login(
    users: &dyn Users,
    passwords: &dyn Passwords,
    world: &dyn World,
    key: &SigningKey,
    life: Duration,
    given: Credentials,
) -> Result<SignedIn, Problem> {
    let found = match Email::parse(&given.email) {
        Some(email) => users.find(&email).await?,
        None => None,
    };
    let (user, hash) = found.unzip();
    let right = passwords.matches(given.password, hash).await?;
    let user = user.filter(|_| right).ok_or_else(|| Problem::new(Code::BadCredentials))?;
    let access_token =
        token::for_user(&user.caller(), key, world.now(), life).map_err(|e| Failure::permanent("sign a token", e))?;
    Ok(SignedIn { access_token, token_type: "Bearer", expires_in: life.as_secs() })
}
