//! The content of a ticket's QR code: a signed claim of a seat, which a gate can check without a network.

use contracts::{BookingId, EventId, SeatLabel};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a code begins with. Another layout gets another number.
pub const SCHEME: &str = "KARCIS2:";
/// What the codes began with that stood for all seats of a booking. Tickets with such a code are still in people's
/// hands.
const OLD_SCHEME: &str = "KARCIS1";

/// The length of an id, in bytes.
const ID: usize = 16;

/// What a ticket's code says. The serialised form is that of older codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketClaim {
    /// The booking.
    #[serde(rename = "b")]
    pub booking_id: BookingId,
    /// The event.
    #[serde(rename = "e")]
    pub event_id: EventId,
    /// The seat; in older codes, all seats of the booking.
    #[serde(rename = "s")]
    pub seats: Vec<SeatLabel>,
}

impl TicketClaim {
    /// The claim of one seat in bytes: the length of the key's id and that id, the event, the booking, the label. Each
    /// byte makes the code denser. `None` if the key's id is longer than a byte can say, or if there is not one seat.
    pub fn bytes(&self, kid: &str) -> Option<Vec<u8>> {
        let [seat] = self.seats.as_slice() else { return None };
        let length = [u8::try_from(kid.len()).ok()?];
        let (event, booking) = (self.event_id.uuid(), self.booking_id.uuid());
        let parts = [&length, kid.as_bytes(), event.as_bytes(), booking.as_bytes(), seat.as_str().as_bytes()];
        Some(parts.concat())
    }

    /// The key's id and the claim that these bytes say.
    pub fn read(bytes: &[u8]) -> Option<(&str, Self)> {
        let (&length, rest) = bytes.split_first()?;
        let (kid, rest) = rest.split_at_checked(length.into())?;
        let (event, rest) = rest.split_first_chunk::<ID>()?;
        let (booking, seat) = rest.split_first_chunk::<ID>()?;
        let claim = Self {
            booking_id: BookingId::new(Uuid::from_bytes(*booking)),
            event_id: EventId::new(Uuid::from_bytes(*event)),
            seats: vec![std::str::from_utf8(seat).ok()?.parse().ok()?],
        };
        Some((std::str::from_utf8(kid).ok()?, claim))
    }
}

/// Splits an older code, `KARCIS1.<kid>.<claim>.<signature>`, into key id, claim, signature, and the part that was
/// signed. Claim and signature are in base64url.
pub fn old_parts(code: &str) -> Option<(&str, &str, &str, &str)> {
    let (signed, signature) = code.rsplit_once('.')?;
    let (kid, claim) = signed.strip_prefix(OLD_SCHEME)?.strip_prefix('.')?.split_once('.')?;
    Some((kid, claim, signature, signed))
}
