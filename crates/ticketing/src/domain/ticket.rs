//! What a ticket's QR code says: who may sit where, signed, so that a gate without a network can check it.

use contracts::{BookingId, EventId, SeatLabel};
use serde::{Deserialize, Serialize};

/// The first part of every code; another layout would bear another number.
const SCHEME: &str = "KARCIS1";

/// The claim of a ticket. Its field names are short because each byte makes the QR code denser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketClaim {
    /// The booking.
    #[serde(rename = "b")]
    pub booking_id: BookingId,
    /// The event.
    #[serde(rename = "e")]
    pub event_id: EventId,
    /// The seats.
    #[serde(rename = "s")]
    pub seats: Vec<SeatLabel>,
}

/// What is signed, and with the signature behind it is the code: `KARCIS1.<kid>.<claim>`. Parts are in base64url.
pub fn signed_part(kid: &str, claim: &str) -> String {
    format!("{SCHEME}.{kid}.{claim}")
}

/// The parts of a code: key id, claim, signature, and what was signed.
pub fn parts(code: &str) -> Option<(&str, &str, &str, &str)> {
    let (signed, signature) = code.rsplit_once('.')?;
    let (kid, claim) = signed.strip_prefix(SCHEME)?.strip_prefix('.')?.split_once('.')?;
    Some((kid, claim, signature, signed))
}
