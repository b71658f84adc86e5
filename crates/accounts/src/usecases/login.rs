use crate::domain::{Email, Guess, Password, User};
use crate::ports::{Guesses, PasswordHash, Passwords, Sessions, Users};
use contracts::keys::{SigningKey, digest};
use contracts::{Code, Failure, Problem, World, token};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What a user signs in with.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: Password,
}

/// A sign-in that succeeded, as OAuth 2.0 answers it (RFC 6749, 5.1).
#[derive(Debug, Serialize, JsonSchema)]
pub struct SignedIn {
    /// A JWT.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// Seconds that it lives.
    pub expires_in: u64,
}

/// Everything that signing in needs.
pub struct Login<'a> {
    /// The users kept.
    pub users: &'a dyn Users,
    /// Their sessions.
    pub sessions: &'a dyn Sessions,
    /// Bad log-ins.
    pub guesses: &'a dyn Guesses,
    /// Hashing.
    pub passwords: &'a dyn Passwords,
    /// The clock.
    pub world: &'a dyn World,
    /// What users' tokens are signed with.
    pub key: &'a SigningKey,
    /// How long they live.
    pub life: Duration,
}

/// Signs a user in, who asks from `address`. A wrong password and an unknown e-mail answer alike, and take as long.
pub async fn login(on: &Login<'_>, address: &str, given: Credentials) -> Result<SignedIn, Problem> {
    let (user, _) = recognise(on, address, &given.email, given.password).await?;
    if user.blocked {
        return Err(Problem::new(Code::Blocked));
    }
    let session = on.sessions.current(user.id).await?;
    let access_token = token::for_user(&user.caller(), session, on.key, on.world.now(), on.life)
        .map_err(|e| Failure::permanent("sign a token", e))?;
    Ok(SignedIn { access_token, token_type: "Bearer", expires_in: on.life.as_secs() })
}

async fn recognise(
    on: &Login<'_>,
    address: &str,
    email: &str,
    password: Password,
) -> Result<(User, PasswordHash), Problem> {
    let account = Guess::Account(digest(email.trim().to_lowercase().as_bytes()));
    let guesses = [account.clone(), Guess::Address(address.to_owned())];
    not_paused(on.guesses, on.world, &guesses).await?;
    let found = match Email::parse(email) {
        Some(email) => on.users.find(&email).await?,
        None => None,
    };
    let right = on.passwords.matches(password, found.as_ref().map(|(_, hash)| hash.clone())).await?;
    let now = on.world.now();
    if let Some(found) = found.filter(|_| right) {
        on.guesses.forget(&account, now).await?;
        return Ok(found);
    }
    for guess in &guesses {
        on.guesses.failed(guess, now).await?;
    }
    Err(Problem::new(Code::BadCredentials))
}

/// 429 while one of these must wait.
pub(super) async fn not_paused(kept: &dyn Guesses, world: &dyn World, guesses: &[Guess]) -> Result<(), Problem> {
    let now = world.now();
    for guess in guesses {
        if let Some(until) = kept.paused_until(guess, now).await? {
            let seconds = u32::try_from(now.until(until).as_secs() + 1).unwrap_or(u32::MAX);
            return Err(Problem::new(Code::TooManyAttempts).after(seconds));
        }
    }
    Ok(())
}
