//! The links that open tickets without signing in, and the signed codes on the tickets. Both are made and checked here.

use crate::domain::ticket::{TicketClaim, parts, signed_part};
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

/// The content of a ticket's QR code: the claim, signed with Ed25519.
pub fn sign(claim: &TicketClaim, key: &SigningKey) -> Result<String, Failure> {
    let claim = serde_json::to_vec(claim).map_err(|e| Failure::permanent("sign a ticket", e))?;
    let signed = signed_part(key.kid(), &URL_SAFE_NO_PAD.encode(claim));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()));
    Ok(format!("{signed}.{signature}"))
}

/// The claim of a code, if the key of this id and public half signed it.
pub fn verify(code: &str, kid: &str, public: &str) -> Option<TicketClaim> {
    let (named, claim, signature, signed) = parts(code)?;
    let genuine = named == kid && keys::verify(public, signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).ok()?);
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claim).ok().filter(|_| genuine)?).ok()
}
