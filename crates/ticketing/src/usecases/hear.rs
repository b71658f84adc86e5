//! How a booking changes: read it, decide, write on condition, and start again if somebody else wrote meanwhile.

use crate::domain::booking::MAX_SEATS;
use crate::domain::{BookedSeat, Booking, Decision, Ending, Event, Happening, Waiter};
use crate::ports::{Bookings, Changed, Events, Lines, Offer, Payments, Release, Timers};
use contracts::{
    BookingId, Failure, Invoice, InvoiceLink, InvoiceStatus, Money, SeatLabel, Sum, Timestamp, UserId, World,
};
use std::sync::Arc;
use std::time::Duration;

/// How many attempts a change gets. Each new attempt means that somebody else changed the booking or a line. A booking
/// changes only a few times, but many people may leave a long line while its seat is handed over.
const TRIES: u32 = 12;

/// The ports that a change of a booking needs, for its seats and the people who wait for them too.
pub struct BookingPorts {
    /// The store of bookings.
    pub bookings: Arc<dyn Bookings>,
    /// The waiting lists.
    pub lines: Arc<dyn Lines>,
    /// The store of events.
    pub events: Arc<dyn Events>,
    /// The timers of holds.
    pub timers: Arc<dyn Timers>,
    /// Clock and ids.
    pub world: Arc<dyn World>,
    /// How long a person who waited has to pay for an offered seat.
    pub offer: Duration,
}

/// The outcome of [`hear_from`].
#[derive(Debug)]
pub enum Heard {
    /// The booking as it is now.
    Now(Booking),
    /// The hold ran out: void the invoice, and act on the answer.
    TooLate(Booking),
    /// There is no such booking.
    Unknown,
}

/// Lets a booking, as it was read, hear of `happening`.
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

/// Finds who is first in the line of each of these seats, and starts the timers of the bookings to offer. A timer does
/// nothing if its booking is never written. Nothing is offered while the event does not sell: the seats are owed then.
async fn offer_seats(
    on: &BookingPorts,
    booking: &Booking,
    waited: &[SeatLabel],
    now: Timestamp,
) -> Result<Release, Failure> {
    let Some(event) = on.events.get(booking.event_id).await? else {
        return Ok(Release { sale_is_over: true, ..Release::default() });
    };
    if !event.serves_lines(now) {
        // The lines of an event that is cancelled are dismissed.
        return Ok(if event.may_sell_again(now) {
            Release { owed: waited.to_vec(), ..Release::default() }
        } else {
            Release { sale_is_over: true, ..Release::default() }
        });
    }
    let mut offers: Vec<Offer> = Vec::new();
    for seat in booking.seats.iter().filter(|seat| waited.contains(&seat.label)) {
        let so_far = |user| offers.iter().find(|one| one.booking.user_id == user).map_or(0, |one| one.places.len());
        let Some(first) = heir(on, &event, seat, Some(booking.user_id), so_far).await? else { continue };
        let mine = offers.iter().position(|offer| offer.booking.user_id == first.user_id).unwrap_or_else(|| {
            let id = BookingId::new(on.world.new_id());
            let (booking, places) = (booking.offer(&event, id, &first, now, on.offer), Vec::new());
            offers.push(Offer { booking, places });
            offers.len() - 1
        });
        if let Some(offer) = offers.get_mut(mine) {
            offer.booking.seats.push(seat.clone());
            offer.places.push(first.place);
        }
    }
    for offer in &mut offers {
        announce(on, offer, now).await?;
    }
    Ok(Release { offers, limit: event.max_seats_per_user, ..Release::default() })
}

/// The first in a seat's line who may have it. Whoever has reached the limit of seats, or gives this seat up, loses
/// their place. `offered` says how many seats a person is offered in the same transaction.
pub(super) async fn heir(
    on: &BookingPorts,
    event: &Event,
    seat: &BookedSeat,
    giver: Option<UserId>,
    offered: impl Fn(UserId) -> usize,
) -> Result<Option<Waiter>, Failure> {
    while let Some(waiter) = on.lines.first(event.id, &seat.label).await? {
        let (has, offered) = (on.lines.seats_of(waiter.user_id, event.id).await? as usize, offered(waiter.user_id));
        let is_over = has + offered >= event.max_seats_per_user as usize || offered >= MAX_SEATS;
        if !is_over && Some(waiter.user_id) != giver {
            return Ok(Some(waiter));
        }
        on.lines.drop_place(event.id, (&seat.block, &seat.label), &waiter).await?;
    }
    Ok(None)
}

/// Sums an offer up, and starts its timer: before it is written, so that none stays for ever.
pub(super) async fn announce(on: &BookingPorts, offer: &mut Offer, now: Timestamp) -> Result<(), Failure> {
    let booking = &mut offer.booking;
    booking.total = Money::sum(booking.seats.iter().map(|seat| seat.price))
        .ok_or_else(|| Failure::permanent("offer seats", "their prices have no sum"))?;
    on.timers.start(booking.id, booking.hold_expires_at, now).await
}

/// What the present state of an invoice means for its booking, which costs `total`. `ending` says how the booking ends
/// if the invoice is void. `None` while the invoice is not decided, and once it is refunded.
pub fn news(invoice: &Invoice, total: Money, ending: Ending) -> Option<Happening> {
    let link = InvoiceLink { number: invoice.number.clone(), payment_url: invoice.payment_url.clone() };
    match invoice.status {
        InvoiceStatus::Paid if invoice.against(total) == Sum::Less => Some(Happening::Underpaid(link)),
        InvoiceStatus::Paid => Some(Happening::Paid(link)),
        InvoiceStatus::Failed => Some(Happening::PaymentFailed(link)),
        // An invoice that was voided before it was made has no amount, and the buyer never heard of it.
        InvoiceStatus::Void => Some(Happening::Voided(ending, invoice.amount.map(|_| link))),
        InvoiceStatus::Pending | InvoiceStatus::Refunded => None,
    }
}

/// Voids a booking's invoice, even before it is made, and acts on the answer. No seat is given up while money may still
/// come for it.
pub async fn void_and_act(
    on: &BookingPorts,
    payments: &dyn Payments,
    booking: Booking,
    ending: Ending,
) -> Result<Booking, Failure> {
    let what = "void an invoice";
    let number = booking.invoice_number().ok_or_else(|| Failure::permanent(what, "no number"))?;
    let invoice = payments.void_invoice(&number).await?;
    let Some(news) = news(&invoice, booking.total, ending) else {
        // The booking was given up and refunded meanwhile: it knows, or soon will.
        if invoice.status == InvoiceStatus::Refunded {
            return on.bookings.get(booking.id).await?.ok_or_else(|| Failure::permanent(what, "no booking"));
        }
        return Err(Failure::transient(what, "its invoice is neither void nor decided"));
    };
    match hear_from(on, booking, &news).await? {
        Heard::Now(booking) => Ok(booking),
        Heard::TooLate(booking) => Err(Failure::permanent(what, format!("the booking is still {}", booking.status))),
        Heard::Unknown => Err(Failure::permanent(what, "there is no such booking")),
    }
}
