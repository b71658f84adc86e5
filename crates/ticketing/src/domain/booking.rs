//! A booking, and the one function that decides how it changes.

use crate::domain::event::{Event, Occasion};
use crate::domain::layout::BookedSeat;
use crate::domain::line::Waiter;
use contracts::{
    BestSeats, BookingChanged, BookingId, BookingStatus, BookingSummary, BookingView, CorrelationId, EventId,
    FailureReason, InvoiceLink, InvoiceNumber, Money, Moved, PaymentMode, Reference, Service, TimeZone, Timestamp,
    UserId,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The most seats of one booking, so that the largest transaction fits into DynamoDB's 100 items.
pub const MAX_SEATS: usize = 20;

/// A booking as ticketing keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// Its id.
    pub id: BookingId,
    /// The event booked.
    pub event_id: EventId,
    /// The event's title when it was booked or last moved.
    pub event_title: String,
    /// Where the event takes place.
    pub venue: String,
    /// In which city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// When the event begins.
    pub starts_at: Timestamp,
    /// The zone whose clocks say when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<TimeZone>,
    /// The organiser's system, if the event has one of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organiser_url: Option<String>,
    /// The buyer.
    pub user_id: UserId,
    /// The buyer's name, for the ticket. It is removed when the booking gives up its seats, because nothing needs it
    /// after that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// The version of the buyer's account with which they got that name.
    #[serde(default)]
    pub name_version: u64,
    /// That it took that name later, the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed: Option<Renaming>,
    /// The seats, in the order of the request.
    pub seats: Vec<BookedSeat>,
    /// Why these seats, if the buyer left the choice to us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<BestSeats>,
    /// The sum of the seats' prices.
    pub total: Money,
    /// Where it stands.
    pub status: BookingStatus,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<FailureReason>,
    /// When the payment is asked for.
    pub payment: PaymentMode,
    /// When the hold on its seats ends. A timer starts the expiry then, but the state of the invoice decides it. Of an
    /// offer whose buyer is not told yet: when to try again to tell them.
    pub hold_expires_at: Timestamp,
    /// Its invoice, once ticketing knows of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceLink>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its status last changed.
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    pub version: u64,
    /// How many of these changes left its status as it was.
    #[serde(default)]
    pub amendments: u64,
    /// A digest of the request, if it came with an idempotency key.
    #[serde(rename = "request", skip_serializing_if = "Option::is_none")]
    pub request_digest: Option<String>,
    /// The booking that gave up the seats, if the buyer waited for them and is offered them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<BookingId>,
    /// That its event was moved after it was booked, the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
    /// The chain of requests and messages in which it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<CorrelationId>,
}

/// That a booking took another name of its buyer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renaming {
    /// When.
    pub at: Timestamp,
    /// Was it paid by then?
    pub was_paid: bool,
}

/// How a booking ends if payments answers that its invoice is void.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Its hold ran out.
    Expired,
    /// Payments made no invoice.
    PaymentUnavailable,
    /// Its buyer cancelled it, or is gone.
    Cancelled,
    /// The event does not take place.
    EventCancelled,
}

/// Something that happened and may change a booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// The organiser's system refused. Only `book` reports this, before it asks for an invoice.
    OrganiserRefused,
    /// The organiser's system did not answer. Only `book` reports this, before it asks for an invoice.
    OrganiserUnavailable,
    /// There is an invoice, waiting for payment.
    InvoiceMade(InvoiceLink),
    /// There is an invoice for offered seats. Their buyer is told now, and may pay until then.
    Offered(InvoiceLink, Timestamp),
    /// The organiser's system or payments kept the buyer from being told of an offer. It stays, to be tried again then.
    Untold(Timestamp),
    /// The invoice is paid.
    Paid(InvoiceLink),
    /// The invoice is paid, with less than the booking costs.
    Underpaid(InvoiceLink),
    /// The payment was tried and failed.
    PaymentFailed(InvoiceLink),
    /// The invoice is void: no money will come. The link is present if the invoice was ever made.
    Voided(Ending, Option<InvoiceLink>),
    /// A paid booking is given up: by its buyer, or for the given reason. If the organiser's system refused to confirm
    /// it, nobody else can have its seats either.
    GivenUp(Option<FailureReason>),
    /// The money was paid back.
    Refunded,
    /// Its event is called this now, and takes place there and then. For so long its buyer may have all the money back.
    EventMoved(Occasion, Duration),
    /// Its buyer has another name, or had when this was told.
    BuyerRenamed(Named),
}

/// A name that a user has from a version of their account on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: String,
    /// The version: a later name has a higher one.
    pub version: u64,
}

/// What a change does to the booking's seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeatEffect {
    /// They stay as they are.
    Keep,
    /// They become the buyer's.
    Book,
    /// They go to the first person in their line or back on sale, and no longer count towards the buyer's limit.
    Release,
    /// They leave the sale, because the organiser's system says that they are not ours to sell. Who waits for them
    /// keeps their place.
    Withdraw,
}

impl SeatEffect {
    /// Do the seats stop being the booking's?
    pub const fn gives_up(self) -> bool {
        matches!(self, Self::Release | Self::Withdraw)
    }
}

/// One change of a booking and its seats, to be written as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The new status.
    pub to: BookingStatus,
    /// Why it failed, if it did.
    pub reason: Option<FailureReason>,
    /// The invoice, if the change brings one.
    pub invoice: Option<InvoiceLink>,
    /// When the hold ends from now on, if the change moves that.
    pub hold_expires_at: Option<Timestamp>,
    /// What becomes of the seats.
    pub seats: SeatEffect,
    /// Where and when the event is from now on, if it was moved, and where and when it was to be.
    pub moved: Option<Box<(Occasion, Moved)>>,
    /// The buyer's name from now on, if that is what changes.
    pub renamed: Option<Named>,
}

/// What to do after a [`Happening`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Write this, on condition that nothing else was written meanwhile.
    Apply(Transition),
    /// Change nothing: it was done already, or an earlier decision stands.
    Nothing,
    /// The hold ran out: void the invoice, and act on the answer.
    TooLate,
    /// Money came for a booking that gave up its seats. This must not happen; if it does, somebody must be told.
    Contradiction,
}

impl contracts::Versioned for Booking {
    fn version(&self) -> u64 {
        self.version
    }
}

impl Booking {
    /// The number of its invoice, even before that is made: it follows from the booking's id.
    pub fn invoice_number(&self) -> Option<InvoiceNumber> {
        let client: Service = crate::NAME.parse().ok()?;
        Some(InvoiceNumber::of(&client, self.id.uuid()))
    }

    /// A new booking of `event` as it is now, held until then. It has no seats yet: the caller adds them and their sum.
    pub fn held(event: &Event, id: BookingId, buyer: (UserId, Named), now: Timestamp, until: Timestamp) -> Self {
        let (user_id, Named { name, version: name_version }) = buyer;
        Self {
            id,
            event_id: event.id,
            event_title: event.title.clone(),
            venue: event.venue.clone(),
            city: event.city.clone(),
            starts_at: event.starts_at,
            time_zone: event.time_zone.clone(),
            organiser_url: event.organiser_url.clone(),
            user_id,
            user_name: Some(name),
            name_version,
            renamed: None,
            seats: Vec::new(),
            best: None,
            total: Money::idr(0),
            status: BookingStatus::Held,
            reason: None,
            payment: PaymentMode::Manual,
            hold_expires_at: until,
            invoice: None,
            created_at: now,
            updated_at: now,
            version: 1,
            amendments: 0,
            request_digest: None,
            previous: None,
            moved: None,
            correlation: None,
        }
    }

    /// Decides how the booking changes when it hears of `happening` at `now`.
    pub fn decide(&self, happening: Happening, now: Timestamp) -> Decision {
        use BookingStatus::{AwaitingPayment, Cancelled, Confirmed, Failed, Held, Refunded, Refunding};
        let live = matches!(self.status, Held | AwaitingPayment);
        match happening {
            // Only a booking that was never invoiced may release its seats without asking payments.
            Happening::OrganiserRefused if self.status == Held => fail(FailureReason::OrganiserRefused, None),
            Happening::OrganiserUnavailable if self.status == Held => fail(FailureReason::OrganiserUnavailable, None),
            Happening::InvoiceMade(_) if self.status == Held && now >= self.hold_expires_at => Decision::TooLate,
            Happening::InvoiceMade(invoice) if self.status == Held => {
                apply(AwaitingPayment, None, Some(invoice), SeatEffect::Keep)
            }
            // The time to pay runs from here, however long others took to get here.
            Happening::Offered(..) | Happening::Untold(_) if self.status == Held && now >= self.starts_at => {
                Decision::TooLate
            }
            Happening::Offered(invoice, until) if self.status == Held => {
                self.until(until, AwaitingPayment, Some(invoice))
            }
            Happening::Untold(until) if self.status == Held && self.is_offer() && now >= self.hold_expires_at => {
                self.until(until, Held, None)
            }
            // From `HELD` too: a crash may have prevented the write of `AWAITING_PAYMENT`.
            Happening::Paid(invoice) if live => apply(Confirmed, None, Some(invoice), SeatEffect::Book),
            Happening::Paid(_) if matches!(self.status, Confirmed | Refunding | Refunded) => Decision::Nothing,
            Happening::Paid(_) => Decision::Contradiction,
            // The money goes back.
            Happening::Underpaid(invoice) if live => {
                apply(Refunding, Some(FailureReason::PaymentFailed), Some(invoice), SeatEffect::Release)
            }
            Happening::PaymentFailed(invoice) if live => fail(FailureReason::PaymentFailed, Some(invoice)),
            Happening::Voided(ending, invoice) if live => {
                let (to, reason) = match ending {
                    Ending::Expired => (BookingStatus::Expired, self.reason),
                    Ending::PaymentUnavailable => (Failed, Some(FailureReason::PaymentUnavailable)),
                    Ending::Cancelled => (Cancelled, None),
                    Ending::EventCancelled => (Cancelled, Some(FailureReason::EventCancelled)),
                };
                apply(to, reason, invoice, SeatEffect::Release)
            }
            // Only a paid booking is given up this way. Without payment, its invoice must be void first.
            Happening::GivenUp(reason) if self.status == Confirmed => {
                let is_refused = reason == Some(FailureReason::OrganiserRefused);
                let seats = if is_refused { SeatEffect::Withdraw } else { SeatEffect::Release };
                apply(Refunding, reason, None, seats)
            }
            Happening::EventMoved(to, time) if (live || self.status == Confirmed) && self.occasion().is_moved(&to) => {
                Decision::Apply(self.moved_to(to, now, time))
            }
            Happening::BuyerRenamed(named) if (live || self.status == Confirmed) && self.is_renamed(&named) => {
                Decision::Apply(Transition { renamed: Some(named), ..self.stays() })
            }
            Happening::Refunded if self.status == Refunding => apply(Refunded, self.reason, None, SeatEffect::Keep),
            _ => Decision::Nothing,
        }
    }

    /// The booking goes on as `to`, with its hold until then, but not past the start of the event.
    fn until(&self, until: Timestamp, to: BookingStatus, invoice: Option<InvoiceLink>) -> Decision {
        let hold_expires_at = Some(until.min(self.starts_at));
        let seats = SeatEffect::Keep;
        let change = Transition { to, reason: None, invoice, hold_expires_at, seats, moved: None, renamed: None };
        Decision::Apply(change)
    }

    /// Is this a later name of its buyer's than it has? A booking without a name gets none: its buyer was forgotten.
    const fn is_renamed(&self, named: &Named) -> bool {
        self.user_name.is_some() && named.version > self.name_version
    }

    /// The booking goes on as it is.
    const fn stays(&self) -> Transition {
        Transition {
            to: self.status,
            reason: self.reason,
            invoice: None,
            hold_expires_at: None,
            seats: SeatEffect::Keep,
            moved: None,
            renamed: None,
        }
    }

    /// The booking goes on as it is, at another time or place.
    fn moved_to(&self, to: Occasion, now: Timestamp, time: Duration) -> Transition {
        let moved = Moved {
            venue: self.venue.clone(),
            city: self.city.clone(),
            starts_at: self.starts_at,
            time_zone: self.time_zone.clone(),
            moved_at: now,
            was_paid: self.status == BookingStatus::Confirmed,
            refund_until: (now + time).min(to.starts_at),
        };
        Transition { moved: Some(Box::new((to, moved))), ..self.stays() }
    }

    /// What its ticket says of its event.
    fn occasion(&self) -> Occasion {
        Occasion {
            title: self.event_title.clone(),
            venue: self.venue.clone(),
            city: self.city.clone(),
            starts_at: self.starts_at,
            time_zone: self.time_zone.clone(),
        }
    }

    /// When whatever is still to be done for it should be done: its payment decided, its ticket printed, its money paid
    /// back. `None` if its status says that nothing is left to do.
    pub fn due(&self) -> Option<Timestamp> {
        use BookingStatus::{AwaitingPayment, Cancelled, Confirmed, Expired, Failed, Held, Refunded, Refunding};
        match self.status {
            Held | AwaitingPayment => Some(self.hold_expires_at),
            // The money may come after the hold, and the event may move and the buyer change their name after that.
            Confirmed => {
                let moved_at = self.moved.as_ref().map(|moved| moved.moved_at);
                let renamed_at = self.renamed.map(|renamed| renamed.at);
                [Some(self.hold_expires_at), Some(self.updated_at), moved_at, renamed_at].into_iter().max().flatten()
            }
            Refunding => Some(self.updated_at),
            Expired | Failed | Cancelled | Refunded => None,
        }
    }

    /// Did its buyer let its seats lapse when it became `after`? They were asked to pay and did not: until its time was
    /// over, or until more than half of it was. An offer does not count: its seats go to the next in their lines.
    pub fn is_let_lapse(&self, after: &Self) -> bool {
        let half = self.created_at + self.created_at.until(self.hold_expires_at) / 2;
        let too_long = match after.status {
            BookingStatus::Expired => true,
            BookingStatus::Cancelled => after.reason.is_none() && after.updated_at > half,
            _ => false,
        };
        let was_theirs_to_pay = self.status == BookingStatus::AwaitingPayment && self.payment == PaymentMode::Manual;
        too_long && was_theirs_to_pay && !self.is_offer()
    }

    /// Did money come for it that is not the buyer's again?
    pub const fn is_paid(&self) -> bool {
        matches!(self.status, BookingStatus::Confirmed | BookingStatus::Refunding)
    }

    /// Does it offer seats to somebody who waited for them?
    pub const fn is_offer(&self) -> bool {
        self.previous.is_some()
    }

    /// May its buyer cancel it at `now`? A paid booking needs at least `notice` before the event, unless the event was
    /// moved. An offer, and a booking that awaits payment, may always be cancelled.
    pub fn is_cancellable(&self, now: Timestamp, notice: Duration) -> bool {
        match self.status {
            BookingStatus::AwaitingPayment => true,
            BookingStatus::Held => self.is_offer(),
            BookingStatus::Confirmed => {
                let moved = self.moved.as_ref().is_some_and(|moved| now < moved.refund_until);
                moved || now + notice <= self.starts_at
            }
            _ => false,
        }
    }

    /// A new booking that offers seats of this one to `to`, the first in their line, at what is true of `event` now. It
    /// has no seats yet: the caller adds them and sets the total.
    #[must_use]
    pub fn offer(&self, event: &Event, id: BookingId, to: &Waiter, now: Timestamp, time: Duration) -> Self {
        let buyer = (to.user_id, Named { name: to.user_name.clone(), version: to.name_version });
        Self { previous: Some(self.id), ..Self::held(event, id, buyer, now, now + time) }
    }

    /// The booking after a change.
    #[must_use]
    pub fn after(&self, change: &Transition, now: Timestamp) -> Self {
        let amends = u64::from(change.moved.is_some() || change.renamed.is_some());
        let amendments = self.amendments + amends;
        let after = Self { version: self.version + 1, amendments, ..self.clone() };
        if let Some((Occasion { title, venue, city, starts_at, time_zone }, moved)) = change.moved.as_deref().cloned() {
            let moved = Some(moved);
            return Self { event_title: title, venue, city, starts_at, time_zone, moved, ..after };
        }
        if let Some(Named { name, version }) = change.renamed.clone() {
            let renamed = Some(Renaming { at: now, was_paid: self.is_paid() });
            return Self { user_name: Some(name), name_version: version, renamed, ..after };
        }
        Self {
            status: change.to,
            reason: change.reason,
            invoice: change.invoice.clone().or_else(|| self.invoice.clone()),
            updated_at: now,
            hold_expires_at: change.hold_expires_at.unwrap_or(self.hold_expires_at),
            user_name: self.user_name.clone().filter(|_| !change.seats.gives_up()),
            ..after
        }
    }

    /// In short.
    fn summary(&self) -> BookingSummary {
        BookingSummary {
            id: self.id,
            reference: Some(Reference::of(self.id.uuid())),
            event_id: self.event_id,
            event_title: self.event_title.clone(),
            venue: Some(self.venue.clone()),
            city: self.city.clone(),
            starts_at: Some(self.starts_at),
            time_zone: self.time_zone.clone(),
            seats: self.seats.iter().map(|seat| seat.label.clone()).collect(),
            seat_details: self.seats.iter().map(BookedSeat::detail).collect(),
            status: self.status,
            reason: self.reason,
            total: self.total,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    /// As its buyer sees it.
    pub fn view(&self) -> BookingView {
        let (booking, invoice) = (self.summary(), self.invoice.clone());
        let (offered, moved) = (self.is_offer(), self.moved.clone());
        BookingView { booking, hold_expires_at: self.hold_expires_at, invoice, best: self.best, offered, moved }
    }

    /// As the topic publishes it. `ticket_url` opens its ticket without signing in.
    pub fn changed(&self, ticket_url: Option<String>) -> BookingChanged {
        BookingChanged {
            booking: self.summary(),
            version: self.version,
            user_id: self.user_id,
            user_name: self.user_name.clone(),
            hold_expires_at: Some(self.hold_expires_at),
            invoice: self.invoice.clone(),
            offer: self.is_offer(),
            was_paid: self.moved.as_ref().is_some_and(|moved| moved.was_paid)
                || self.renamed.is_some_and(|renamed| renamed.was_paid),
            moved: self.moved.clone(),
            ticket_url,
            again: false,
            correlation: self.correlation.clone(),
        }
    }
}

fn fail(reason: FailureReason, invoice: Option<InvoiceLink>) -> Decision {
    apply(BookingStatus::Failed, Some(reason), invoice, SeatEffect::Release)
}

fn apply(
    to: BookingStatus,
    reason: Option<FailureReason>,
    invoice: Option<InvoiceLink>,
    seats: SeatEffect,
) -> Decision {
    let change = Transition { to, reason, invoice, hold_expires_at: None, seats, moved: None, renamed: None };
    Decision::Apply(change)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use uuid::Uuid;

    const EXPIRY: i64 = 300_000;
    const ALL: [BookingStatus; 8] = [
        BookingStatus::Held,
        BookingStatus::AwaitingPayment,
        BookingStatus::Confirmed,
        BookingStatus::Failed,
        BookingStatus::Expired,
        BookingStatus::Cancelled,
        BookingStatus::Refunding,
        BookingStatus::Refunded,
    ];

    fn booking(status: BookingStatus) -> Booking {
        let id = BookingId::new(Uuid::from_u128(1));
        Booking {
            id,
            event_id: EventId::new(Uuid::from_u128(2)),
            event_title: "Sinners".into(),
            venue: "Studio 1".into(),
            city: None,
            starts_at: Timestamp::from_millis(9_000_000),
            time_zone: None,
            organiser_url: None,
            user_id: UserId::new(Uuid::from_u128(3)),
            user_name: Some("Siti".into()),
            name_version: 0,
            renamed: None,
            seats: vec![],
            best: None,
            total: Money::idr(100),
            status,
            reason: None,
            payment: PaymentMode::Auto,
            hold_expires_at: Timestamp::from_millis(EXPIRY),
            invoice: None,
            created_at: Timestamp::from_millis(0),
            updated_at: Timestamp::from_millis(0),
            version: 1,
            amendments: 0,
            request_digest: None,
            correlation: None,
            previous: None,
            moved: None,
        }
    }

    fn link() -> InvoiceLink {
        let number = booking(BookingStatus::Held).invoice_number().unwrap();
        InvoiceLink { number, payment_url: "https://karcis.test/pay".into() }
    }

    fn happenings() -> Vec<Happening> {
        vec![
            Happening::OrganiserRefused,
            Happening::OrganiserUnavailable,
            Happening::InvoiceMade(link()),
            Happening::Paid(link()),
            Happening::Underpaid(link()),
            Happening::PaymentFailed(link()),
            Happening::Voided(Ending::Expired, None),
            Happening::Voided(Ending::PaymentUnavailable, None),
            Happening::Voided(Ending::Cancelled, None),
            Happening::Voided(Ending::EventCancelled, None),
            Happening::GivenUp(None),
            Happening::GivenUp(Some(FailureReason::EventCancelled)),
            Happening::GivenUp(Some(FailureReason::OrganiserRefused)),
            Happening::Offered(link(), Timestamp::from_millis(2 * EXPIRY)),
            Happening::Untold(Timestamp::from_millis(2 * EXPIRY)),
            Happening::Refunded,
            Happening::BuyerRenamed(named("Siti Rahma", 3)),
        ]
    }

    fn named(name: &str, version: u64) -> Named {
        Named { name: name.into(), version }
    }

    #[test]
    fn who_was_asked_to_pay_and_kept_seats_for_long_let_them_lapse() {
        use BookingStatus::{AwaitingPayment, Held};
        let (manual, auto) = (PaymentMode::Manual, PaymentMode::Auto);
        let (early, late) = (EXPIRY / 2, EXPIRY / 2 + 1);
        for (status, payment, offer, ending, at, lapses) in [
            (AwaitingPayment, manual, false, Ending::Expired, EXPIRY, true),
            (AwaitingPayment, manual, false, Ending::Cancelled, late, true),
            (AwaitingPayment, manual, false, Ending::Cancelled, early, false),
            (AwaitingPayment, manual, false, Ending::EventCancelled, late, false),
            (AwaitingPayment, manual, false, Ending::PaymentUnavailable, late, false),
            (AwaitingPayment, manual, true, Ending::Expired, EXPIRY, false),
            (AwaitingPayment, auto, false, Ending::Expired, EXPIRY, false),
            (Held, manual, false, Ending::Expired, EXPIRY, false),
        ] {
            let previous = offer.then(|| BookingId::new(Uuid::from_u128(9)));
            let (before, now) = (Booking { payment, previous, ..booking(status) }, Timestamp::from_millis(at));
            let Decision::Apply(change) = before.decide(Happening::Voided(ending, None), now) else { unreachable!() };
            let found = before.is_let_lapse(&before.after(&change, now));
            assert_eq!(found, lapses, "{status} {payment:?} {offer} {ending:?} {at}");
        }
    }

    /// Covers every transition except those from `HELD` and `AWAITING_PAYMENT`.
    #[test]
    fn what_is_decided_stays_but_for_refunds() {
        for status in ALL.into_iter().filter(|s| !matches!(s, BookingStatus::Held | BookingStatus::AwaitingPayment)) {
            for happening in happenings() {
                let decision = booking(status).decide(happening.clone(), Timestamp::from_millis(0));
                let to = match (status, &happening) {
                    (BookingStatus::Confirmed, Happening::GivenUp(_)) => Some(BookingStatus::Refunding),
                    (BookingStatus::Refunding, Happening::Refunded) => Some(BookingStatus::Refunded),
                    // It goes on as it is, under another name.
                    (BookingStatus::Confirmed, Happening::BuyerRenamed(_)) => Some(BookingStatus::Confirmed),
                    _ => None,
                };
                let moved = if let Decision::Apply(change) = decision { Some(change.to) } else { None };
                assert_eq!(moved, to, "{status}: {happening:?}");
            }
        }
    }

    #[test]
    fn what_is_not_paid_is_only_given_up_once_its_invoice_is_void() {
        for status in [BookingStatus::Held, BookingStatus::AwaitingPayment] {
            assert_eq!(booking(status).decide(Happening::GivenUp(None), Timestamp::from_millis(0)), Decision::Nothing);
            let decision =
                booking(status).decide(Happening::Voided(Ending::Cancelled, None), Timestamp::from_millis(0));
            let Decision::Apply(change) = decision else { panic!() };
            assert_eq!((change.to, change.seats), (BookingStatus::Cancelled, SeatEffect::Release));
        }
    }

    #[test]
    fn a_paid_booking_is_cancelled_in_time_or_not_at_all() {
        let confirmed = booking(BookingStatus::Confirmed);
        let notice = Duration::from_secs(1_000);
        assert!(confirmed.is_cancellable(Timestamp::from_millis(8_000_000), notice));
        assert!(!confirmed.is_cancellable(Timestamp::from_millis(8_000_001), notice));
        assert!(booking(BookingStatus::AwaitingPayment).is_cancellable(Timestamp::from_millis(8_999_999), notice));
        assert!(!booking(BookingStatus::Held).is_cancellable(Timestamp::from_millis(0), notice));
    }

    /// Each case is a new start. The money can be had back for half an hour, and not past that start.
    #[test]
    fn a_booking_moves_with_its_event_and_may_be_given_back() {
        let (now, notice, time) = (Timestamp::from_millis(1_000), Duration::from_secs(8_000), Duration::from_mins(30));
        let (near, far) = (Timestamp::from_millis(1_800_000), Timestamp::from_millis(9_000_000_000));
        for (starts_at, refund_until) in [(near, near), (far, now + time)] {
            let to = Occasion { title: "Sinners II".into(), starts_at, ..booking(BookingStatus::Held).occasion() };
            for status in ALL {
                let before = booking(status);
                let decision = before.decide(Happening::EventMoved(to.clone(), time), now);
                if !matches!(status, BookingStatus::Held | BookingStatus::AwaitingPayment | BookingStatus::Confirmed) {
                    assert_eq!(decision, Decision::Nothing, "{status}");
                    continue;
                }
                let Decision::Apply(change) = decision else { panic!("{status}") };
                let after = before.after(&change, now);
                assert_eq!((after.status, after.occasion(), after.version), (status, to.clone(), 2));
                assert_eq!(after.decide(Happening::EventMoved(to.clone(), time), now), Decision::Nothing, "twice");
                let moved = after.moved.clone().unwrap();
                assert_eq!((moved.starts_at, moved.refund_until), (before.starts_at, refund_until));
                assert_eq!(moved.was_paid, status == BookingStatus::Confirmed);
                if status == BookingStatus::Confirmed {
                    let last = Timestamp::from_millis(refund_until.millis() - 1);
                    assert!(
                        after.is_cancellable(last, notice) && (starts_at == far) == after.is_cancellable(near, notice)
                    );
                    assert!(!after.is_cancellable(starts_at, notice), "nobody gives it back once it began");
                }
            }
        }
    }

    #[test]
    fn what_is_said_for_the_first_time_moves_nothing() {
        let was = booking(BookingStatus::Held).occasion();
        for to in [
            was.clone(),
            Occasion { title: "X".into(), ..was.clone() },
            Occasion { city: Some("Bandung".into()), ..was.clone() },
            Occasion { time_zone: Some("Asia/Jakarta".parse().unwrap()), ..was.clone() },
        ] {
            assert!(!was.is_moved(&to), "{to:?}");
        }
        let there = Occasion { city: Some("Bandung".into()), ..was.clone() };
        for (from, to) in [
            (&was, Occasion { venue: "X".into(), ..was.clone() }),
            (&was, Occasion { starts_at: Timestamp::from_millis(1), ..was.clone() }),
            (&there, Occasion { city: Some("Bogor".into()), ..was.clone() }),
        ] {
            assert!(from.is_moved(&to), "{to:?}");
        }
    }

    #[test]
    fn a_name_is_kept_no_longer_than_the_seats() {
        let now = Timestamp::from_millis(1);
        let Decision::Apply(paid) = booking(BookingStatus::Held).decide(Happening::Paid(link()), now) else { panic!() };
        let confirmed = booking(BookingStatus::Held).after(&paid, now);
        assert_eq!(confirmed.user_name.as_deref(), Some("Siti"));
        let Decision::Apply(given_up) = confirmed.decide(Happening::GivenUp(None), now) else { panic!() };
        assert_eq!(confirmed.after(&given_up, now).user_name, None);
    }

    #[test]
    fn a_live_booking_takes_its_buyers_latest_name_in_whatever_order_they_are_told() {
        let now = Timestamp::from_millis(EXPIRY + 1);
        let renamed =
            |before: &Booking, name, version| match before.decide(Happening::BuyerRenamed(named(name, version)), now) {
                Decision::Apply(change) => before.after(&change, now),
                Decision::Nothing => before.clone(),
                other => panic!("{other:?}"),
            };
        for status in ALL {
            let before = booking(status);
            let after = renamed(&before, "Siti Rahma", 3);
            let takes =
                matches!(status, BookingStatus::Held | BookingStatus::AwaitingPayment | BookingStatus::Confirmed);
            assert_eq!(after == before, !takes, "{status}");
            if takes {
                assert_eq!((after.user_name.as_deref(), after.status, after.version), (Some("Siti Rahma"), status, 2));
                assert_eq!(after.changed(None).was_paid, status == BookingStatus::Confirmed);
                assert_eq!(after.version - after.amendments, before.version);
                assert_eq!((after.updated_at, renamed(&after, "Siti N", 2)), (before.updated_at, after.clone()));
                assert_eq!(renamed(&after, "Siti", 5).user_name.as_deref(), Some("Siti"));
                let forgotten = Booking { user_name: None, ..after.clone() };
                assert_eq!(renamed(&forgotten, "Siti", 9), forgotten, "who was forgotten gets no name");
            }
        }
        // Its ticket is printed anew, and that is due from now on.
        assert_eq!(renamed(&booking(BookingStatus::Confirmed), "Siti Rahma", 3).due(), Some(now));
    }

    #[test]
    fn hearing_it_twice_is_hearing_it_once() {
        let now = Timestamp::from_millis(1);
        for status in ALL {
            for happening in happenings() {
                if let Decision::Apply(change) = booking(status).decide(happening.clone(), now) {
                    let after = booking(status).after(&change, now);
                    assert_eq!(after.decide(happening.clone(), now), Decision::Nothing, "{status}: {happening:?}");
                }
            }
        }
    }

    #[test]
    fn money_confirms_even_when_the_hold_is_over_or_the_status_write_was_lost() {
        for status in [BookingStatus::Held, BookingStatus::AwaitingPayment] {
            let late = Timestamp::from_millis(EXPIRY) + Duration::from_mins(1);
            let Decision::Apply(change) = booking(status).decide(Happening::Paid(link()), late) else { panic!() };
            assert_eq!((change.to, change.seats), (BookingStatus::Confirmed, SeatEffect::Book));
        }
    }

    #[test]
    fn money_for_a_booking_that_gave_its_seats_away_is_a_contradiction() {
        for status in [BookingStatus::Failed, BookingStatus::Expired, BookingStatus::Cancelled] {
            let decision = booking(status).decide(Happening::Paid(link()), Timestamp::from_millis(0));
            assert_eq!(decision, Decision::Contradiction);
        }
    }

    #[test]
    fn an_offer_stays_until_its_buyer_is_told_and_runs_from_then() {
        let at = Timestamp::from_millis;
        let offer = Booking { previous: Some(BookingId::new(Uuid::from_u128(9))), ..booking(BookingStatus::Held) };
        let until = at(2 * EXPIRY);
        let hears = |happening, now| match offer.decide(happening, at(now)) {
            Decision::Apply(change) => Some((change.to, change.hold_expires_at, change.seats)),
            Decision::Nothing => None,
            other => panic!("{other:?}"),
        };
        let kept = |to, until| Some((to, Some(until), SeatEffect::Keep));
        assert_eq!(hears(Happening::Untold(until), EXPIRY - 1), None);
        assert_eq!(hears(Happening::Untold(until), EXPIRY), kept(BookingStatus::Held, until));
        let told = Happening::Offered(link(), until);
        assert_eq!(hears(told.clone(), EXPIRY + 1), kept(BookingStatus::AwaitingPayment, until));
        assert_eq!(
            hears(Happening::Offered(link(), at(99_000_000)), 0),
            kept(BookingStatus::AwaitingPayment, offer.starts_at),
            "no offer reaches past the start"
        );
        for late in [told, Happening::Untold(until)] {
            assert_eq!(offer.decide(late, offer.starts_at), Decision::TooLate);
        }
        assert!(offer.is_cancellable(at(0), Duration::ZERO));
    }

    #[test]
    fn seats_that_the_organiser_will_not_confirm_leave_the_sale() {
        let refused = Happening::GivenUp(Some(FailureReason::OrganiserRefused));
        let confirmed = booking(BookingStatus::Confirmed);
        let Decision::Apply(change) = confirmed.decide(refused, Timestamp::from_millis(0)) else { panic!() };
        assert_eq!((change.to, change.seats), (BookingStatus::Refunding, SeatEffect::Withdraw));
        assert_eq!(confirmed.after(&change, Timestamp::from_millis(0)).user_name, None);
    }

    #[test]
    fn an_invoice_made_after_the_hold_is_too_late() {
        let held = booking(BookingStatus::Held);
        let at = |millis| held.decide(Happening::InvoiceMade(link()), Timestamp::from_millis(millis));
        assert!(matches!(at(EXPIRY - 1), Decision::Apply(_)));
        assert_eq!(at(EXPIRY), Decision::TooLate);
    }

    #[test]
    fn once_invoiced_nothing_releases_without_payments_word() {
        let invoiced = booking(BookingStatus::AwaitingPayment);
        for refusal in [Happening::OrganiserRefused, Happening::OrganiserUnavailable] {
            assert_eq!(invoiced.decide(refusal, Timestamp::from_millis(0)), Decision::Nothing);
        }
    }
}
