//! How a booking hears of things: read, decide, write on condition, and again if somebody else wrote meanwhile.

use crate::domain::{Booking, Decision, Ending, Happening};
use crate::ports::{Bookings, Payments};
use contracts::{BookingId, BookingStatus, Failure, Invoice, InvoiceLink, InvoiceStatus, World};

/// How often to begin anew. Each time somebody else moved the booking on, and it has few moves in it.
const TRIES: u32 = 6;

/// What became of it.
#[derive(Debug)]
pub enum Heard {
    /// The booking as it is now.
    Now(Booking),
    /// The hold ran out: void the invoice, and act on the answer.
    TooLate(Booking),
    /// There is no such booking.
    Unknown,
}

/// Lets a booking hear of `happening`.
pub async fn hear(
    bookings: &dyn Bookings,
    world: &dyn World,
    id: BookingId,
    happening: &Happening,
) -> Result<Heard, Failure> {
    let Some(booking) = bookings.get(id).await? else { return Ok(Heard::Unknown) };
    hear_from(bookings, world, booking, happening).await
}

/// As [`hear`], from a booking at hand.
pub async fn hear_from(
    bookings: &dyn Bookings,
    world: &dyn World,
    mut booking: Booking,
    happening: &Happening,
) -> Result<Heard, Failure> {
    for _ in 0..TRIES {
        let now = world.now();
        let change = match booking.decide(happening.clone(), now) {
            Decision::Apply(change) => change,
            Decision::Nothing => return Ok(Heard::Now(booking)),
            Decision::TooLate => return Ok(Heard::TooLate(booking)),
            Decision::Contradiction => {
                let why = format!("{} is {}, and its invoice is paid", booking.id, booking.status);
                return Err(Failure::permanent("take a payment", why));
            }
        };
        if let Some(changed) = bookings.change(&booking, &change, now).await? {
            return Ok(Heard::Now(changed));
        }
        match bookings.get(booking.id).await? {
            Some(present) => booking = present,
            None => return Ok(Heard::Unknown),
        }
    }
    Err(Failure::transient("change a booking", "others changed it each time"))
}

/// What an invoice as it stands tells its booking; `ending` is how a booking ends whose invoice is void. `None` while
/// it is not decided, and once it is refunded.
pub fn news(invoice: &Invoice, ending: Ending) -> Option<Happening> {
    let link = InvoiceLink { number: invoice.number.clone(), payment_url: invoice.payment_url.clone() };
    match invoice.status {
        InvoiceStatus::Paid => Some(Happening::Paid(link)),
        InvoiceStatus::Failed => Some(Happening::PaymentFailed(link)),
        // One that was voided before it was made has no amount, and the buyer never heard of it.
        InvoiceStatus::Void => Some(Happening::Voided(ending, invoice.amount.map(|_| link))),
        InvoiceStatus::Pending | InvoiceStatus::Refunded => None,
    }
}

/// Voids a booking's invoice, made or not, and acts on the answer: no seat is given up while money may come for it.
pub async fn void_and_act(
    bookings: &dyn Bookings,
    payments: &dyn Payments,
    world: &dyn World,
    booking: Booking,
    ending: Ending,
) -> Result<Booking, Failure> {
    let what = "void an invoice";
    let number = booking.invoice_number().ok_or_else(|| Failure::permanent(what, "no number"))?;
    let invoice = payments.void_invoice(&number).await?;
    let news = news(&invoice, ending).ok_or_else(|| Failure::transient(what, "it is neither void nor decided"))?;
    match hear_from(bookings, world, booking, &news).await? {
        Heard::Now(booking) => Ok(booking),
        Heard::TooLate(booking) => Err(Failure::permanent(what, booking.status)),
        Heard::Unknown => Err(Failure::permanent(what, BookingStatus::Held)),
    }
}
