//! The links that open tickets without signing in, and the signed codes on the tickets. Both are made and checked here.

use crate::domain::ticket::{SCHEME, TicketClaim, old_parts};
use crate::ports::TicketCodes;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contracts::keys::{self, SigningKey};
use contracts::{BookingId, Failure};

/// Links that open a booking's ticket without signing in. They are mailed to its buyer. Whoever has the link has the
/// ticket, as with a paper ticket.
pub struct TicketLinks {
    secret: String,
    url: String,
}

impl TicketLinks {
    /// With ticketing's secret for links, and the public address of Karcis.
    pub fn new(secret: String, public_url: String) -> Self {
        Self { secret, url: public_url }
    }

    /// The link to a booking's ticket.
    pub fn of(&self, booking: BookingId) -> String {
        let tag = keys::tag(&self.secret, booking.uuid().as_bytes());
        format!("{}/api/tickets/{booking}.{tag}", self.url)
    }

    /// The booking whose link ends with `code`, if the link is one of ours.
    pub fn booking(&self, code: &str) -> Option<BookingId> {
        let (id, tag) = code.split_once('.')?;
        let booking: BookingId = id.parse().ok()?;
        keys::has_tag(&self.secret, booking.uuid().as_bytes(), tag).then_some(booking)
    }
}

/// The codes of seats, signed with ticketing's key.
pub struct SignedCodes(SigningKey);

impl SignedCodes {
    /// Signs with this key.
    pub fn new(key: SigningKey) -> Self {
        Self(key)
    }
}

impl TicketCodes for SignedCodes {
    fn code(&self, claim: &TicketClaim) -> Result<String, Failure> {
        sign(claim, &self.0)
    }
}

/// The length of an Ed25519 signature, in bytes (RFC 8032).
const SIGNATURE: usize = 64;

/// The content of a seat's QR code: the claim and its Ed25519 signature, in base45 (RFC 9285). A QR code packs two of
/// its characters into eleven bits.
pub fn sign(claim: &TicketClaim, key: &SigningKey) -> Result<String, Failure> {
    let unfit = || Failure::permanent("sign a ticket", "a code has one seat, and a key's id of 255 bytes at most");
    let claim = claim.bytes(key.kid()).ok_or_else(unfit)?;
    let signature = key.sign(&message(&claim));
    Ok(format!("{SCHEME}{}", base45::encode([claim, signature].concat())))
}

/// What a code says, if the key of this id and public half signed it. Codes of older tickets are good as well.
pub fn verify(code: &str, kid: &str, public: &str) -> Option<TicketClaim> {
    let Some(encoded) = code.strip_prefix(SCHEME) else { return verify_old(code, kid, public) };
    let bytes = base45::decode(encoded).ok()?;
    let (claim, signature) = bytes.split_at_checked(bytes.len().checked_sub(SIGNATURE)?)?;
    let (named, read) = TicketClaim::read(claim)?;
    // One code has one spelling.
    let genuine = named == kid && base45::encode(&bytes) == encoded && keys::verify(public, &message(claim), signature);
    genuine.then_some(read)
}

/// What is signed: no signature over anything else can be passed off as one over a claim.
fn message(claim: &[u8]) -> Vec<u8> {
    [SCHEME.as_bytes(), claim].concat()
}

fn verify_old(code: &str, kid: &str, public: &str) -> Option<TicketClaim> {
    let (named, claim, signature, signed) = old_parts(code)?;
    let genuine = named == kid && keys::verify(public, signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).ok()?);
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claim).ok().filter(|_| genuine)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::EventId;
    use uuid::Uuid;

    fn claim(seats: &[&str]) -> TicketClaim {
        TicketClaim {
            booking_id: BookingId::new(Uuid::from_u128(0x019a_5f3c_7c1e_7d60_9b57_2f8d_1c0a_4e11)),
            event_id: EventId::new(Uuid::from_u128(9)),
            seats: seats.iter().map(|seat| seat.parse().unwrap()).collect(),
        }
    }

    fn key(kid: &str) -> SigningKey {
        SigningKey::parse(&SigningKey::generate(kid).unwrap()).unwrap()
    }

    #[test]
    fn a_code_says_one_seat_and_has_one_spelling() {
        let key = key("ticket-1");
        let opens = |code: &str| verify(code, "ticket-1", &key.public());
        for seat in ["7", "A-12", "WWWWWWWWWWWWW-29"] {
            let code = sign(&claim(&[seat]), &key).unwrap();
            assert_eq!(opens(&code), Some(claim(&[seat])), "{code}");
            assert!(code.bytes().all(|b| b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".contains(&b)), "{code}");
            let other = if code.ends_with('0') { "1" } else { "0" };
            let end = code.len() - 1;
            for forged in [
                code.to_lowercase(),
                format!("{SCHEME}{}", code[SCHEME.len()..].to_lowercase()),
                format!("{code}0"),
                format!("{}{other}", &code[..end]),
                code[..end].to_owned(),
                code.replace("KARCIS2", "KARCIS3"),
                SCHEME.to_owned(),
                String::new(),
            ] {
                assert_eq!(opens(&forged), None, "{forged}");
            }
            assert_eq!(verify(&code, "ticket-2", &key.public()), None, "another key's name");
        }
        assert_eq!(opens(&sign(&claim(&["A-1"]), &self::key("ticket-1")).unwrap()), None, "another key");
        assert!(sign(&claim(&["A-1", "A-2"]), &key).is_err());
        assert!(sign(&claim(&["A-1"]), &self::key(&"k".repeat(256))).is_err());
    }

    #[test]
    fn a_code_of_an_older_ticket_is_good() {
        let (key, both) = (key("ticket-1"), claim(&["A-1", "A-2"]));
        let signed = format!("KARCIS1.ticket-1.{}", URL_SAFE_NO_PAD.encode(serde_json::to_vec(&both).unwrap()));
        let code = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes())));
        assert_eq!(verify(&code, "ticket-1", &key.public()), Some(both));
        assert_eq!(verify(&code.replacen("ticket-1.e", "ticket-1.f", 1), "ticket-1", &key.public()), None);
    }
}
