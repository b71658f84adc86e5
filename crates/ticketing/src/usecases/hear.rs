//! How a booking hears of things: read, decide, write on condition, and again if somebody else wrote meanwhile.

use crate::domain::booking::MAX_SEATS;
use crate::domain::{Booking, Decision, Ending, Happening};
use crate::ports::{Bookings, Changed, Events, Lines, Offer, Payments, Release, Timers};
use contracts::{BookingId, Failure, Invoice, InvoiceLink, InvoiceStatus, SeatLabel, Timestamp, World};
use std::sync::Arc;
use std::time::Duration;

/// How often to begin anew. Each time somebody else moved the booking or a line on, and they have few moves in them;
/// but of a seat with a long line many may leave while it is handed over.
const TRIES: u32 = 12;

/// What it takes to move a booking on, and with it its seats and who waits for them.
pub struct BookingPorts {
    /// The bookings kept.
    pub bookings: Arc<dyn Bookings>,
    /// Who waits for seats.
    pub lines: Arc<dyn Lines>,
    /// The events kept.
    pub events: Arc<dyn Events>,
    /// The timers of holds.
    pub timers: Arc<dyn Timers>,
    /// Clock and ids.
    pub world: Arc<dyn World>,
    /// How long one who waited has to pay for a seat that is offered.
    pub offer: Duration,
}

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
pub async fn hear(on: &BookingPorts, id: BookingId, happening: &Happening) -> Result<Heard, Failure> {
    let Some(booking) = on.bookings.get(id).await? else { return Ok(Heard::Unknown) };
    hear_from(on, booking, happening).await
}

/// As [`hear`], from a booking at hand.
pub async fn hear_from(on: &BookingPorts, mut booking: Booking, happening: &Happening) -> Result<Heard, Failure> {
    let mut release = Release::default();
    let mut waited: Vec<SeatLabel> = Vec::new();
    for _ in 0..TRIES {
        let now = on.world.now();
        let change = match booking.decide(happening.clone(), now) {
            Decision::Apply(change) => change,
            Decision::Nothing => return Ok(Heard::Now(booking)),
            Decision::TooLate => return Ok(Heard::TooLate(booking)),
            Decision::Contradiction => {
                let why = format!("{} is {}, and its invoice is paid", booking.id, booking.status);
                return Err(Failure::permanent("take a payment", why));
            }
        };
        match on.bookings.change(&booking, &change, now, &release).await? {
            Changed::Done(changed) => return Ok(Heard::Now(*changed)),
            Changed::Moved => match on.bookings.get(booking.id).await? {
                Some(present) => booking = present,
                None => return Ok(Heard::Unknown),
            },
            Changed::Waited(seats) => {
                waited.extend(seats.into_iter().filter(|seat| !waited.contains(seat)).collect::<Vec<_>>());
                release = offer_seats(on, &booking, &waited, now).await?;
            }
            Changed::LineMoved => release = offer_seats(on, &booking, &waited, now).await?,
        }
    }
    Err(Failure::transient("change a booking", "others changed it each time"))
}

/// Finds who is first in the lines of these seats, and starts the timers of the bookings that would be theirs: one for
/// a booking that never was does nothing. Those who have as many seats as they may lose their places.
async fn offer_seats(
    on: &BookingPorts,
    booking: &Booking,
    waited: &[SeatLabel],
    now: Timestamp,
) -> Result<Release, Failure> {
    let event = on.events.get(booking.event_id).await?;
    let Some(event) = event.filter(|event| event.serves_lines(now)) else {
        return Ok(Release { sale_is_over: true, ..Release::default() });
    };
    let mut offers: Vec<Offer> = Vec::new();
    for seat in booking.seats.iter().filter(|seat| waited.contains(&seat.label)) {
        while let Some(waiter) = on.lines.first(event.id, &seat.label).await? {
            let mine = offers.iter().position(|offer| offer.booking.user_id == waiter.user_id);
            let offered = mine.and_then(|mine| offers.get(mine)).map_or(0, |offer| offer.places.len());
            let has = on.lines.seats_of(waiter.user_id, event.id).await? as usize;
            let is_over = has + offered >= event.max_seats_per_user as usize || offered >= MAX_SEATS;
            if is_over || waiter.user_id == booking.user_id {
                on.lines.drop_place(event.id, seat, &waiter).await?;
                continue;
            }
            let mine = mine.unwrap_or_else(|| {
                let id = BookingId::new(on.world.new_id());
                let (booking, places) = (booking.offer(id, &waiter, now, on.offer), Vec::new());
                offers.push(Offer { booking, places });
                offers.len() - 1
            });
            if let Some(offer) = offers.get_mut(mine) {
                offer.booking.seats.push(seat.clone());
                offer.places.push(waiter.place);
            }
            break;
        }
    }
    for Offer { booking, .. } in &mut offers {
        booking.total = contracts::Money::sum(booking.seats.iter().map(|seat| seat.price))
            .ok_or_else(|| Failure::permanent("offer seats", "their prices have no sum"))?;
        on.timers.start(booking.id, booking.hold_expires_at, now).await?;
    }
    Ok(Release { offers, limit: event.max_seats_per_user, sale_is_over: false })
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
    on: &BookingPorts,
    payments: &dyn Payments,
    booking: Booking,
    ending: Ending,
) -> Result<Booking, Failure> {
    let what = "void an invoice";
    let number = booking.invoice_number().ok_or_else(|| Failure::permanent(what, "no number"))?;
    let invoice = payments.void_invoice(&number).await?;
    let Some(news) = news(&invoice, ending) else {
        // Given up and paid back meanwhile: the booking knows, or is about to.
        if invoice.status == InvoiceStatus::Refunded {
            return on.bookings.get(booking.id).await?.ok_or_else(|| Failure::permanent(what, "no booking"));
        }
        return Err(Failure::transient(what, "it is neither void nor decided"));
    };
    match hear_from(on, booking, &news).await? {
        Heard::Now(booking) => Ok(booking),
        Heard::TooLate(booking) => Err(Failure::permanent(what, format!("the booking is still {}", booking.status))),
        Heard::Unknown => Err(Failure::permanent(what, "there is no such booking")),
    }
}
