//! Sign-in: JWTs (RFC 7519) signed with Ed25519. Only `login` signs users' tokens; each service signs its own.

use crate::keys::SigningKey;
use crate::{Caller, Service, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::time::Duration;

/// The audience of users' tokens, as a [`TrustedKey`] names it.
pub const USER_AUDIENCE: &str = "karcis";

/// For how many seconds a service's calls bear the same token.
const SAME_TOKEN: i64 = 30;
/// How many seconds a service's token is good for after the last call that bears it.
const LAST_CALL: i64 = 30;

/// Who the bearer of a valid token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bearer {
    /// A user.
    User {
        /// Who.
        caller: Caller,
        /// Their session. Signing out everywhere begins a new session and ends all earlier ones.
        session: u64,
    },
    /// A service, for the callee named as the audience.
    Service {
        /// Who calls.
        name: Service,
        /// Who is called.
        audience: String,
    },
}

/// A public key, and what it is trusted for: tokens of one issuer for one audience, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedKey {
    /// The id by which a token names this key.
    pub kid: String,
    /// `accounts` for users' tokens, else the calling service.
    pub issuer: String,
    /// [`USER_AUDIENCE`] for users' tokens, else the service called.
    pub audience: String,
    /// The public half, as in [`SigningKey::public`].
    pub x: String,
}

/// The public keys that a stack trusts, found by `kid`. One issuer may have several valid keys at once, for rotation.
pub struct KeyRing {
    stack: String,
    keys: HashMap<(String, String), (TrustedKey, DecodingKey)>,
}

/// Signs tokens of one stack with one key.
pub struct Signer {
    stack: String,
    key: SigningKey,
}

/// A token that is not valid. The error does not say why, because the reason could help an attacker to forge one.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token is not valid")]
pub struct InvalidToken;

/// A setting that is not a key ring.
#[derive(Debug, thiserror::Error)]
#[error("trusted keys are a JSON list of {{kid, issuer, audience, x}}")]
pub struct InvalidKeyRing;

#[derive(Serialize, Deserialize)]
struct UserClaims {
    iss: String,
    aud: String,
    iat: i64,
    exp: i64,
    #[serde(default)]
    session: u64,
    #[serde(flatten)]
    caller: Caller,
}

#[derive(Serialize, Deserialize)]
struct ServiceClaims {
    iss: String,
    aud: String,
    iat: i64,
    exp: i64,
}

/// What a stack's tokens call this part of it, as issuer or audience. A stack's name is in both, so that no stack takes
/// another's tokens, even if somebody gave both the same keys. The audience of users' tokens is the stack.
fn within(stack: &str, part: &str) -> String {
    if part == USER_AUDIENCE { stack.to_owned() } else { format!("{stack}/{part}") }
}

impl Signer {
    /// Of the stack of this name, with this key.
    pub fn new(stack: impl Into<String>, key: SigningKey) -> Self {
        Self { stack: stack.into(), key }
    }

    /// A user's token of their `session`, valid from `now` for `life`.
    pub fn for_user(
        &self,
        caller: &Caller,
        session: u64,
        now: Timestamp,
        life: Duration,
    ) -> Result<String, InvalidToken> {
        let (iat, exp, caller) = (now.seconds(), (now + life).seconds(), caller.clone());
        let (iss, aud) = (within(&self.stack, "accounts"), within(&self.stack, USER_AUDIENCE));
        self.sign(&UserClaims { iss, aud, iat, exp, session, caller })
    }

    /// A token with which the service `name` calls the service `audience`, valid for half a minute at least and a
    /// minute at most. All tokens of one half of a minute are the same, whoever makes them, so that a gateway that
    /// remembers its authorizer's verdict does not ask it for each call.
    pub fn for_service(&self, name: &Service, audience: &str, now: Timestamp) -> Result<String, InvalidToken> {
        self.for_callee(name, within(&self.stack, audience), now)
    }

    /// As [`Signer::for_service`], for a system outside at this address, which is the audience as it is.
    pub fn for_outside(&self, name: &Service, address: &str, now: Timestamp) -> Result<String, InvalidToken> {
        self.for_callee(name, address.to_owned(), now)
    }

    fn for_callee(&self, name: &Service, aud: String, now: Timestamp) -> Result<String, InvalidToken> {
        let iat = now.seconds() - now.seconds().rem_euclid(SAME_TOKEN);
        let exp = iat + SAME_TOKEN + LAST_CALL;
        self.sign(&ServiceClaims { iss: within(&self.stack, name.as_str()), aud, iat, exp })
    }

    fn sign(&self, claims: &impl Serialize) -> Result<String, InvalidToken> {
        let header = Header { kid: Some(self.key.kid().to_owned()), ..Header::new(Algorithm::EdDSA) };
        jsonwebtoken::encode(&header, claims, self.key.jwt()).map_err(|_| InvalidToken)
    }
}

impl KeyRing {
    /// Of the stack of this name, from its setting: a JSON list of [`TrustedKey`], with at least one.
    pub fn parse(stack: impl Into<String>, setting: &str) -> Result<Self, InvalidKeyRing> {
        let keys: Vec<TrustedKey> = serde_json::from_str(setting).map_err(|_| InvalidKeyRing)?;
        let entry = |key: TrustedKey| {
            let decoding = DecodingKey::from_ed_components(&key.x).map_err(|_| InvalidKeyRing)?;
            Ok(((key.kid.clone(), key.audience.clone()), (key, decoding)))
        };
        if keys.is_empty() {
            return Err(InvalidKeyRing);
        }
        Ok(Self { stack: stack.into(), keys: keys.into_iter().map(entry).collect::<Result<_, _>>()? })
    }

    /// Who bears this token, if it is valid at `now`.
    ///
    /// A valid token has our algorithm, is signed by a key that is trusted for its issuer and its audience, and is not
    /// expired.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Bearer, InvalidToken> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| InvalidToken)?;
        let kid = header.kid.ok_or(InvalidToken)?;
        // A service's key may be trusted for several audiences. The `kid` only selects candidates; the signature, the
        // issuer and the audience decide.
        let candidates = self.keys.values().filter(|(key, _)| key.kid == kid);
        candidates
            .map(|(key, decoding)| verify_with(&self.stack, token, key, decoding, now))
            .find(Result::is_ok)
            .ok_or(InvalidToken)?
    }
}

fn verify_with(
    stack: &str,
    token: &str,
    key: &TrustedKey,
    decoding: &DecodingKey,
    now: Timestamp,
) -> Result<Bearer, InvalidToken> {
    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.set_audience(&[within(stack, &key.audience)]);
    rules.set_issuer(&[within(stack, &key.issuer)]);
    rules.set_required_spec_claims(&["exp", "aud", "iss"]);
    // The library would use its own clock; the expiry is checked below, at the caller's time.
    rules.validate_exp = false;
    let in_time = |exp: i64| if exp > now.seconds() { Ok(()) } else { Err(InvalidToken) };
    if key.audience == USER_AUDIENCE {
        let claims = jsonwebtoken::decode::<UserClaims>(token, decoding, &rules).map_err(|_| InvalidToken)?.claims;
        in_time(claims.exp)?;
        Ok(Bearer::User { caller: claims.caller, session: claims.session })
    } else {
        let claims = jsonwebtoken::decode::<ServiceClaims>(token, decoding, &rules).map_err(|_| InvalidToken)?.claims;
        in_time(claims.exp)?;
        let name = key.issuer.parse().map_err(|_| InvalidToken)?;
        Ok(Bearer::Service { name, audience: key.audience.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Locale, Role, UserId};
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use uuid::Uuid;

    const NOW: i64 = 1_800_000_000_000;

    const STACK: &str = "karcis";

    fn signer(kid: &str) -> Signer {
        Signer::new(STACK, SigningKey::parse(&SigningKey::generate(kid).unwrap()).unwrap())
    }

    fn ring(keys: &[(&Signer, &str, &str)]) -> KeyRing {
        ring_of(STACK, keys)
    }

    fn ring_of(stack: &str, keys: &[(&Signer, &str, &str)]) -> KeyRing {
        let keys: Vec<_> = keys
            .iter()
            .map(|(signer, issuer, audience)| TrustedKey {
                kid: signer.key.kid().into(),
                issuer: (*issuer).into(),
                audience: (*audience).into(),
                x: signer.key.public(),
            })
            .collect();
        KeyRing::parse(stack, &serde_json::to_string(&keys).unwrap()).unwrap()
    }

    fn caller() -> Caller {
        let id = UserId::new(Uuid::from_u128(7));
        Caller {
            id,
            role: Role::Buyer,
            name: "Siti".into(),
            name_version: 0,
            email: "siti@example.com".into(),
            email_confirmed: true,
            locale: Locale::Id,
        }
    }

    fn now() -> Timestamp {
        Timestamp::from_millis(NOW)
    }

    #[test]
    fn a_users_token_says_who_they_are() {
        let login = signer("login-1");
        let token = login.for_user(&caller(), 3, now(), Duration::from_mins(1)).unwrap();
        let ring = ring(&[(&login, "accounts", USER_AUDIENCE)]);
        assert_eq!(ring.verify(&token, now()), Ok(Bearer::User { caller: caller(), session: 3 }));
        assert_eq!(ring.verify(&token, now() + Duration::from_mins(1)), Err(InvalidToken));
    }

    #[test]
    fn a_services_token_is_for_one_callee() {
        let (ticketing, name) = (signer("ticketing-1"), "ticketing".parse::<Service>().unwrap());
        let token = ticketing.for_service(&name, "payments", now()).unwrap();
        let trusted = ring(&[(&ticketing, "ticketing", "payments"), (&ticketing, "ticketing", "organiser-system")]);
        assert_eq!(trusted.verify(&token, now()), Ok(Bearer::Service { name, audience: "payments".into() }));
        let elsewhere = ring(&[(&ticketing, "ticketing", "accounts")]);
        assert_eq!(elsewhere.verify(&token, now()), Err(InvalidToken));
    }

    #[test]
    fn the_tokens_of_half_a_minute_are_one_and_outlive_it() {
        let (key, name) = (signer("ticketing-1"), "ticketing".parse::<Service>().unwrap());
        let ring = ring(&[(&key, "ticketing", "payments")]);
        let first = Timestamp::from_millis(1_800_000_000_000);
        let at = |seconds| first + Duration::from_secs(seconds);
        let token = |seconds| key.for_service(&name, "payments", at(seconds)).unwrap();
        assert_eq!(token(0), token(29));
        assert_ne!(token(29), token(30));
        assert!(ring.verify(&token(0), at(0)).is_ok() && ring.verify(&token(29), at(59)).is_ok());
        assert_eq!(ring.verify(&token(29), at(60)), Err(InvalidToken));
    }

    #[test]
    fn another_stacks_tokens_are_not_ours_even_with_the_same_keys() {
        let (login, ticketing) = (signer("login-1"), signer("ticketing-1"));
        let other = ring_of("karcis-2", &[(&login, "accounts", USER_AUDIENCE), (&ticketing, "ticketing", "payments")]);
        let user = login.for_user(&caller(), 3, now(), Duration::from_mins(1)).unwrap();
        let service = ticketing.for_service(&"ticketing".parse().unwrap(), "payments", now()).unwrap();
        assert_eq!(other.verify(&user, now()), Err(InvalidToken));
        assert_eq!(other.verify(&service, now()), Err(InvalidToken));
    }

    #[test]
    fn no_keys_are_no_key_ring() {
        for bad in ["", "[]", "{}", "[{}]", r#"[{"kid":"a","issuer":"accounts","audience":"karcis","x":"short"}]"#] {
            assert!(KeyRing::parse(STACK, bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_service_cannot_make_itself_a_user() {
        let (login, ticketing) = (signer("login-1"), signer("ticketing-1"));
        let ring = ring(&[(&login, "accounts", USER_AUDIENCE), (&ticketing, "ticketing", "payments")]);
        let forged = ticketing.for_user(&caller(), 3, now(), Duration::from_mins(1)).unwrap();
        assert_eq!(ring.verify(&forged, now()), Err(InvalidToken));
    }

    #[test]
    fn forgeries_are_refused() {
        let (login, other) = (signer("login-1"), signer("login-1"));
        let ring = ring(&[(&login, "accounts", USER_AUDIENCE)]);
        let good = login.for_user(&caller(), 3, now(), Duration::from_mins(1)).unwrap();
        let parts: Vec<_> = good.split('.').collect();
        let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT","kid":"login-1"}"#);
        let hmac = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT","kid":"login-1"}"#);
        for forged in [
            other.for_user(&caller(), 3, now(), Duration::from_mins(1)).unwrap(),
            signer("unknown").for_user(&caller(), 3, now(), Duration::from_mins(1)).unwrap(),
            format!("{none}.{}.", parts[1]),
            format!("{none}.{}.{}", parts[1], parts[2]),
            format!("{hmac}.{}.{}", parts[1], parts[2]),
            format!("{}.{}.", parts[0], parts[1]),
            String::new(),
            "a.b.c".into(),
        ] {
            assert_eq!(ring.verify(&forged, now()), Err(InvalidToken), "{forged}");
        }
    }
}
