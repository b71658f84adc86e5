//! The content of a ticket's QR code: a signed claim of seats, which a gate can check without a network.

use contracts::{BookingId, EventId, SeatLabel};
use serde::{Deserialize, Serialize};

/// The first part of every code. A new layout would get a new number.
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

/// The signed part of a code: `KARCIS1.<kid>.<claim>`. The code is this part, a dot and the signature. The claim and
/// the signature are in base64url.
pub fn signed_part(kid: &str, claim: &str) -> String {
    format!("{SCHEME}.{kid}.{claim}")
}

/// Splits a code into key id, claim, signature, and the part that was signed.
pub fn parts(code: &str) -> Option<(&str, &str, &str, &str)> {
    let (signed, signature) = code.rsplit_once('.')?;
    let (kid, claim) = signed.strip_prefix(SCHEME)?.strip_prefix('.')?.split_once('.')?;
    Some((kid, claim, signature, signed))
}
