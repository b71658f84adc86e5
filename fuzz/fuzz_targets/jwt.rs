//! Sign-in tokens. The first byte chooses what the rest is: a token as it came, a change to a genuine token, or the
//! claims or the header of a token that our own key signs. A token is accepted only if it is one of the genuine ones,
//! or if our key signed its content.
#![no_main]

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contracts::token::{Bearer, KeyRing, TrustedKey, USER_AUDIENCE, for_service, for_user};
use contracts::{Caller, Locale, Role, SigningKey, UserId, keys};
use karcis_fuzz::{NOW, key, mode, now, tampered};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use std::sync::LazyLock;
use std::time::Duration;
use uuid::Uuid;

struct Fixed {
    login: SigningKey,
    ring: KeyRing,
    genuine: Vec<String>,
}

static FIXED: LazyLock<Fixed> = LazyLock::new(|| {
    let (login, ticketing) = (key("login-1", 1), key("ticketing-1", 2));
    let trusted = |key: &SigningKey, issuer: &str, audience: &str| {
        let (kid, issuer, audience) = (key.kid().to_owned(), issuer.to_owned(), audience.to_owned());
        TrustedKey { kid, issuer, audience, x: key.public() }
    };
    let keys = [
        trusted(&login, "accounts", USER_AUDIENCE),
        trusted(&ticketing, "ticketing", "payments"),
        trusted(&ticketing, "ticketing", "catalogue"),
    ];
    let id = UserId::new(Uuid::from_u128(7));
    let caller =
        Caller { id, role: Role::Buyer, name: "Siti".into(), email: "siti@example.com".into(), locale: Locale::Id };
    let service = "ticketing".parse().expect("a name");
    let genuine = vec![
        for_user(&caller, 3, &login, now(), Duration::from_secs(60)).expect("a token"),
        for_service(&service, "payments", &ticketing, now()).expect("a token"),
        for_service(&service, "catalogue", &ticketing, now()).expect("a token"),
    ];
    let ring = KeyRing::parse(&serde_json::to_string(&keys).expect("JSON")).expect("a ring");
    Fixed { login, ring, genuine }
});

fuzz_target!(|data: &[u8]| {
    let Some((mode, rest)) = mode(data) else { return };
    let Fixed { login, ring, genuine } = &*FIXED;
    match mode {
        b'0'..=b'2' => {
            let genuine = &genuine[usize::from(mode - b'0')];
            assert!(ring.verify(genuine, now()).is_ok());
            let Some(changed) = tampered(genuine, rest) else { return };
            assert!(ring.verify(&changed, now()).is_err(), "forged: {changed}");
        }
        b'c' => {
            let header = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"EdDSA","kid":"login-1"}"#);
            let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(rest));
            let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(login.sign(signed.as_bytes())));
            let Ok(bearer) = ring.verify(&token, now()) else { return };
            let claims: Value = serde_json::from_slice(rest).expect("claims in JSON");
            assert!(claims["iss"] == "accounts" && claims["aud"] == USER_AUDIENCE, "{claims}");
            assert!(claims["exp"].as_i64().is_some_and(|end| end > NOW), "{claims}");
            let Bearer::User { caller, session } = bearer else { panic!("a user's key made a service: {claims}") };
            // A token that names no session belongs to session 0.
            assert_eq!(claims.get("session").map_or(Some(0), Value::as_u64), Some(session));
            assert!(
                claims["sub"].as_str().and_then(|id| Uuid::try_parse(id).ok()) == Some(caller.id.uuid()),
                "{claims}"
            );
        }
        b'h' => {
            let claims = genuine[0].split('.').nth(1).unwrap_or_default();
            let signed = format!("{}.{claims}", URL_SAFE_NO_PAD.encode(rest));
            let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(login.sign(signed.as_bytes())));
            if ring.verify(&token, now()).is_ok() {
                let header: Value = serde_json::from_slice(rest).expect("a header in JSON");
                assert!(header["alg"] == "EdDSA" && header["kid"] == "login-1", "{header}");
            }
            // The public key is no secret, so a token that is signed with it as an HMAC key must be refused.
            let token = format!("{signed}.{}", keys::tag(&login.public(), signed.as_bytes()));
            assert!(ring.verify(&token, now()).is_err(), "forged: {token}");
            assert!(ring.verify(&format!("{signed}."), now()).is_err(), "unsigned: {signed}");
        }
        _ => {
            let Ok(token) = std::str::from_utf8(rest) else { return };
            if ring.verify(token, now()).is_ok() {
                assert!(genuine.iter().any(|one| one == token), "forged: {token}");
            }
        }
    }
});
