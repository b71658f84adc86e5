//! Signs users in. The whole check is in one place, because a wrong password and an unknown address must do the same
//! work.

use crate::domain::{Email, Guess, Password, User, Work};
use crate::ports::{Guesses, PasswordHash, Passwords, Sessions, Users};
use contracts::token::Signer;
use contracts::{Code, Failure, Problem, World};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// What a user signs in with.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: Password,
    /// The proof of the work that a 429 with `proof_of_work` asks for.
    pub proof: Option<String>,
}

/// A sign-in that succeeded, as OAuth 2.0 answers it (RFC 6749, 5.1).
#[derive(Debug, Serialize, JsonSchema)]
pub struct SignedIn {
    /// A JWT.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// How long the token is valid, in seconds.
    pub expires_in: u64,
}

/// What signing in needs.
pub struct Login {
    /// The users kept.
    pub users: Arc<dyn Users>,
    /// Their sessions.
    pub sessions: Arc<dyn Sessions>,
    /// Bad log-ins.
    pub guesses: Arc<dyn Guesses>,
    /// Hashing.
    pub passwords: Arc<dyn Passwords>,
    /// The clock.
    pub world: Arc<dyn World>,
    /// Signs users' tokens.
    pub signer: Signer,
    /// How long a token is valid.
    pub life: Duration,
}

/// Signs a user in. `address` is the network address of the request. A wrong password and an unknown e-mail address get
/// the same answer, after the same time.
pub async fn login(on: &Login, address: &str, given: Credentials) -> Result<SignedIn, Problem> {
    let (user, _) = recognise(on, address, given).await?;
    if user.blocked {
        return Err(Problem::new(Code::Blocked));
    }
    let session = on.sessions.current(user.id).await?;
    let access_token = (on.signer.for_user(&user.caller(), session, on.world.now(), on.life))
        .map_err(|e| Failure::permanent("sign a token", e))?;
    Ok(SignedIn { access_token, token_type: "Bearer", expires_in: on.life.as_secs() })
}

async fn recognise(on: &Login, address: &str, given: Credentials) -> Result<(User, PasswordHash), Problem> {
    let Credentials { email, password, proof } = given;
    let guesses = Guess::of(&email, address);
    let [account, network] = &guesses;
    not_paused(&*on.guesses, &*on.world, account).await?;
    if let Err(paused) = not_paused(&*on.guesses, &*on.world, network).await {
        // Others at this address were wrong. Whoever works for it is let through.
        let work = Work::of(&email, address, on.world.now());
        if !proof.is_some_and(|proof| work.is_done(&proof)) {
            return Err(paused.with("proof_of_work", work));
        }
    }
    let found = match Email::parse(&email) {
        Some(email) => on.users.find(&email).await?,
        None => None,
    };
    let right = on.passwords.matches(password, found.as_ref().map(|(_, hash)| hash.clone())).await?;
    let now = on.world.now();
    if let Some(found) = found.filter(|_| right) {
        on.guesses.forget(account, now).await?;
        return Ok(found);
    }
    for guess in &guesses {
        on.guesses.failed(guess, now).await?;
    }
    Err(Problem::new(Code::BadCredentials))
}

/// Answers 429 while this guess is paused.
pub(super) async fn not_paused(kept: &dyn Guesses, world: &dyn World, guess: &Guess) -> Result<(), Problem> {
    let now = world.now();
    let Some(until) = kept.paused_until(guess, now).await? else { return Ok(()) };
    let seconds = u32::try_from(now.until(until).as_secs() + 1).unwrap_or(u32::MAX);
    Err(Problem::new(Code::TooManyAttempts).after(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{NewUser, Purpose};
    use async_trait::async_trait;
    use contracts::idempotency::Keys;
    use contracts::keys::SigningKey;
    use contracts::{Locale, Page, PageRequest, SystemWorld, Timestamp, UserId};
    use std::sync::Mutex;
    use uuid::Uuid;

    /// One account without bad log-ins, and a record of the calls that were made.
    struct Kept {
        user: User,
        asked: Mutex<Vec<&'static str>>,
    }

    impl Kept {
        fn note(&self, what: &'static str) {
            self.asked.lock().unwrap().push(what);
        }
    }

    #[async_trait]
    impl Keys for Kept {
        async fn claim(&self, _: Uuid, _: &str, _: Timestamp, _: Option<Timestamp>) -> Result<bool, Failure> {
            unreachable!()
        }
    }

    #[async_trait]
    impl Users for Kept {
        async fn find(&self, email: &Email) -> Result<Option<(User, PasswordHash)>, Failure> {
            self.note("find");
            Ok((self.user.email == *email).then(|| (self.user.clone(), PasswordHash("hash".into()))))
        }

        async fn insert(&self, _: &User, _: &PasswordHash) -> Result<bool, Failure> {
            unreachable!()
        }

        async fn get(&self, _: UserId) -> Result<Option<User>, Failure> {
            unreachable!()
        }

        async fn update(&self, _: &User, _: &User) -> Result<bool, Failure> {
            unreachable!()
        }

        async fn make_first_admin(&self, _: &User, _: &User) -> Result<bool, Failure> {
            unreachable!()
        }

        async fn set_password(&self, _: UserId, _: &PasswordHash) -> Result<(), Failure> {
            unreachable!()
        }

        async fn delete(&self, _: &User, _: Timestamp) -> Result<bool, Failure> {
            unreachable!()
        }

        async fn list(&self, _: &PageRequest) -> Result<Option<Page<User>>, Failure> {
            unreachable!()
        }

        async fn request_link(&self, _: Purpose, _: UserId, _: Uuid, _: (Timestamp, Duration)) -> Result<(), Failure> {
            unreachable!()
        }
    }

    #[async_trait]
    impl Sessions for Kept {
        async fn current(&self, _: UserId) -> Result<u64, Failure> {
            self.note("session");
            Ok(0)
        }

        async fn end(&self, _: UserId) -> Result<(), Failure> {
            unreachable!()
        }
    }

    #[async_trait]
    impl Guesses for Kept {
        async fn paused_until(&self, _: &Guess, _: Timestamp) -> Result<Option<Timestamp>, Failure> {
            self.note("paused");
            Ok(None)
        }

        async fn failed(&self, _: &Guess, _: Timestamp) -> Result<(), Failure> {
            self.note("failed");
            Ok(())
        }

        async fn forget(&self, _: &Guess, _: Timestamp) -> Result<(), Failure> {
            self.note("forget");
            Ok(())
        }
    }

    #[async_trait]
    impl Passwords for Kept {
        async fn hash(&self, _: Password) -> Result<PasswordHash, Failure> {
            unreachable!()
        }

        async fn matches(&self, password: Password, hash: Option<PasswordHash>) -> Result<bool, Failure> {
            self.note("matches");
            Ok(hash.is_some() && password.typed() == "correct horse")
        }
    }

    #[tokio::test(flavor = "current_thread")]
    async fn an_unknown_address_costs_what_a_wrong_password_costs() {
        let email = Email::parse("siti@example.com").unwrap();
        let new = NewUser { email, name: "Siti".into(), phone: None, locale: Locale::Id };
        let user = User::new(UserId::new(Uuid::from_u128(7)), new, Timestamp::from_millis(0));
        let signer = Signer::new("karcis", SigningKey::parse(&SigningKey::generate("login-1").unwrap()).unwrap());
        let kept = Arc::new(Kept { user, asked: Mutex::default() });
        let on = Login {
            users: kept.clone(),
            sessions: kept.clone(),
            guesses: kept.clone(),
            passwords: kept.clone(),
            world: Arc::new(SystemWorld),
            signer,
            life: Duration::from_mins(1),
        };
        let asked = async |email: &str, password: &str| {
            let given = serde_json::from_value(serde_json::json!({"email": email, "password": password})).unwrap();
            let code = login(&on, "192.0.2.1", given).await.err().map(|problem| problem.code());
            (code, std::mem::take(&mut *kept.asked.lock().unwrap()))
        };
        let wrong = asked("siti@example.com", "battery staple").await;
        let work = vec!["paused", "paused", "find", "matches", "failed", "failed"];
        assert_eq!(wrong, (Some(Code::BadCredentials), work));
        assert_eq!(asked("nobody@example.com", "battery staple").await, wrong);
        // The right password, but of another account.
        assert_eq!(asked("nobody@example.com", "correct horse").await, wrong);
        // A text that is not an address has no account, and the password is compared all the same.
        let (code, work) = asked("nobody", "battery staple").await;
        assert_eq!((code, work.contains(&"matches")), (Some(Code::BadCredentials), true));
        assert_eq!(asked("siti@example.com", "correct horse").await.0, None);
    }
}
