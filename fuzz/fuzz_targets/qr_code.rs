//! Codes of tickets, and links to tickets. The first byte chooses what the rest is: a code or the end of a link as it
//! came, a change to a genuine one, or a claim that our own key signs, in the layout of today or of older tickets. Only
//! a code that our key signed opens a gate, in the one spelling that it has.
#![no_main]

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contracts::{BookingId, EventId, SigningKey};
use karcis_fuzz::{key, mode, tampered};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use ticketing::adapters::{TicketLinks, sign, verify};
use ticketing::domain::ticket::{SCHEME, TicketClaim};
use uuid::Uuid;

struct Fixed {
    key: SigningKey,
    public: String,
    code: String,
    links: TicketLinks,
    link: String,
}

const BOOKING: BookingId = BookingId::new(Uuid::from_u128(0x019a_5f3c_7c1e_7d60_9b57_2f8d_1c0a_4e11));

static FIXED: LazyLock<Fixed> = LazyLock::new(|| {
    let key = key("tickets-1", 3);
    let seats = vec!["A-12".parse().expect("a label")];
    let claim = TicketClaim { booking_id: BOOKING, event_id: EventId::new(Uuid::from_u128(9)), seats };
    let code = sign(&claim, &key).expect("a code");
    let links = TicketLinks::new("a secret of nobody's".into(), "https://karcis.example".into());
    let link = links.of(BOOKING).rsplit('/').next().unwrap_or_default().to_owned();
    Fixed { public: key.public(), key, code, links, link }
});

fuzz_target!(|data: &[u8]| {
    let Some((mode, rest)) = mode(data) else { return };
    let Fixed { key, public, code, links, link } = &*FIXED;
    let opens = |code: &str| verify(code, key.kid(), public);
    match mode {
        b't' => {
            assert!(opens(code).is_some() && links.booking(link) == Some(BOOKING));
            if let Some(changed) = tampered(code, rest) {
                assert_eq!(opens(&changed), None, "forged: {changed}");
            }
            if let Some(changed) = tampered(link, rest) {
                assert_eq!(links.booking(&changed), None, "forged: {changed}");
            }
        }
        b's' => {
            let signature = key.sign(&[SCHEME.as_bytes(), rest].concat());
            let code = format!("{SCHEME}{}", base45::encode([rest, &signature].concat()));
            let claim = opens(&code);
            let read = TicketClaim::read(rest).filter(|(kid, _)| *kid == key.kid()).map(|(_, claim)| claim);
            assert_eq!(claim, read, "{code}");
            if let Some(claim) = claim {
                assert_eq!(sign(&claim, key).expect("a code"), code);
                assert_eq!(verify(&code, "tickets-2", public), None, "another key's name");
            }
        }
        b'o' => {
            let signed = format!("KARCIS1.{}.{}", key.kid(), URL_SAFE_NO_PAD.encode(rest));
            let code = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes())));
            assert_eq!(opens(&code), serde_json::from_slice(rest).ok(), "{code}");
            assert_eq!(verify(&code, "tickets-2", public), None, "another key's name");
        }
        _ => {
            let Ok(text) = std::str::from_utf8(rest) else { return };
            if let Some(claim) = opens(text) {
                let genuine = match text.rsplit_once('.').filter(|_| !text.starts_with(SCHEME)) {
                    Some((signed, signature)) => signature == URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes())),
                    None => sign(&claim, key).is_ok_and(|code| code == text),
                };
                assert!(genuine, "forged: {text}");
            }
            if let Some(booking) = links.booking(text) {
                assert!(links.of(booking).ends_with(&format!("/{text}")), "forged: {text}");
            }
        }
    }
});
