//! One booking, from request to invoice.

use crate::domain::best::{self, Free, Wish};
use crate::domain::booking::MAX_SEATS;
use crate::domain::lapses::Barred;
use crate::domain::{Booking, Ending, Happening, Named, SeatStatus};
use crate::ports::{
    A_MOMENT, Hold, OrganiserAnswer, OrganiserSystem, Others, PLAN_LIFE, PaymentQueue, Payments, Plan, Plans, SeatMaps,
    ShownMaps, Terms,
};
use crate::usecases::hear::{BookingPorts, Heard, hear_from, news, void_and_act};
use crate::usecases::organiser_hold::let_go;
use contracts::{
    BestSeats, BookingId, BookingStatus, Caller, Code, CreateInvoice, EventId, Failure, FailureReason, IdempotencyKey,
    InvoiceLink, InvoiceStatus, Mark, Money, PaymentMode, Problem, SeatLabel, SectionName, Timestamp,
};
use futures::future::try_join_all;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// What a buyer sends.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BookRequest {
    /// The event.
    pub event_id: EventId,
    /// 1 to 20 labels, none twice.
    pub seats: Option<Vec<SeatLabel>>,
    /// In place of labels: so many of the best free seats, 1 to 20.
    pub best: Option<usize>,
    /// With `best`: in this section only.
    pub section: Option<SectionName>,
    /// With `best`: must they be side by side? If not given, yes.
    pub together: Option<bool>,
    /// With `best`: at least one seat with each of these marks. Places for wheelchairs and companions are chosen for
    /// nobody else.
    pub marks: Option<BTreeSet<Mark>>,
    /// With `best`: seats beside those that the buyer holds already and has not paid.
    #[serde(default)]
    pub again: bool,
    /// When the payment is asked for; at once if not given.
    #[serde(default)]
    pub payment: PaymentMode,
}

/// The ports and settings that booking needs.
pub struct Book {
    /// Events and layouts, a few seconds old.
    pub plans: Arc<dyn Plans>,
    /// How the seats stand, for who leaves the choice to us.
    pub maps: Arc<dyn SeatMaps>,
    /// How the seats stood a moment ago, for who asks for seats that somebody else has.
    pub shown: Arc<dyn ShownMaps>,
    /// Bookings, lines and timers.
    pub ports: BookingPorts,
    /// The organiser's system.
    pub organiser: Arc<dyn OrganiserSystem>,
    /// The payments service.
    pub payments: Arc<dyn Payments>,
    /// The work queue of payments.
    pub payment_queue: Arc<dyn PaymentQueue>,
    /// How long seats are held for payment.
    pub hold: Duration,
    /// How long a buyer cannot hold what they let lapse, the first time.
    pub lapse_pause: Duration,
    /// How many bookings of one event a buyer may hold unpaid.
    pub unpaid_per_event: usize,
    /// Is there a payment provider?
    pub takes_payments: bool,
}

/// The namespace of booking ids that are derived from a caller and their idempotency key.
const NAMESPACE: Uuid = Uuid::from_u128(0x6b61_7263_6973_4b42_8f6f_6b69_6e67_0001);

/// How often other seats are chosen because somebody else was faster. A try takes a few hundredths of a second.
const TRIES: u32 = 6;

/// The seats that a buyer wants.
enum Wanted {
    These(Vec<SeatLabel>),
    Best(Wish),
}

/// Books seats: holds them, asks the organiser, makes the invoice, and asks for payment. If anything breaks on the way,
/// the timer that was sent first ends the booking.
pub async fn book(
    on: &Book,
    caller: &Caller,
    request: &BookRequest,
    key: Option<&IdempotencyKey>,
) -> Result<Booking, Problem> {
    let wanted = wanted(request)?;
    let id = match key {
        Some(key) => key.id(&NAMESPACE, caller.id),
        None => on.ports.world.new_id(),
    };
    let (id, digest) = (BookingId::new(id), key.map(|key| key.digest.clone()));
    if !on.takes_payments {
        // What was sold before is answered all the same.
        return earlier(on, id, digest.as_ref()).await?.ok_or_else(|| Problem::new(Code::NoPaymentProvider));
    }
    let (mut age, mut has_others) = (PLAN_LIFE, false);
    let (mut tries, mut taken) = (1, HashSet::new());
    let (mut asks, mut let_lapse) = (0, None);
    let mut terms = Terms { lapse_pause: on.lapse_pause, ..Terms::default() };
    loop {
        // The clock is read before the plan: what is booked at a time is sold by what its event said then.
        let now = on.ports.world.now();
        let plan = on.plans.plan(request.event_id, age).await?;
        let draft = match plan {
            None => Err(Problem::not_found()),
            Some(plan) => chosen(on, &plan, &wanted, tries, &taken)
                .await
                .and_then(|seats| draft(on, &plan, caller, request, seats, (id, digest.clone(), now)))
                .map(|booking| (plan, booking)),
        };
        let (plan, booking) = match draft {
            Ok(draft) => draft,
            // The plan may be old: read it again. After that, an earlier booking with this key is answered, whatever is
            // on sale now.
            Err(_) if age > A_MOMENT => {
                age = A_MOMENT;
                continue;
            }
            Err(problem) => {
                let problem = let_lapse.map_or(problem, |barred| bar(on, barred));
                return refused(on, caller, request, &wanted, (id, digest.as_ref()), problem).await;
            }
        };
        if matches!(wanted, Wanted::These(_)) {
            let taken = taken_before(on, &plan, &booking).await?;
            if !taken.is_empty() {
                let problem = Problem::new(Code::SeatsTaken).with("seats", taken);
                return refused(on, caller, request, &wanted, (id, digest.as_ref()), problem).await;
            }
        }
        // The timer goes first: a timer without a hold does nothing, but a hold without a timer would stay for ever.
        if taken.is_empty() && terms.released.is_empty() {
            on.ports.timers.start(id, booking.hold_expires_at, on.ports.world.now()).await?;
        }
        terms.limit = plan.event.max_seats_per_user;
        let double = match &wanted {
            Wanted::Best(wish) if may_be_double(request, digest.as_ref()) => Some(wish.many),
            _ => None,
        };
        terms.others = Some(if double.is_some() || has_others {
            match others(on, caller, request.event_id, double).await {
                Ok(others) => Others::Are(others),
                Err(problem) => return refused(on, caller, request, &wanted, (id, digest.as_ref()), problem).await,
            }
        } else {
            Others::FewerThan(on.unpaid_per_event)
        });
        match on.ports.bookings.hold(&booking, &terms).await? {
            Hold::Held => return pursue(on, booking).await,
            Hold::Exists(earlier) => return replay(*earlier, digest.as_ref()),
            Hold::LimitReached => {
                let most = plan.event.max_seats_per_user;
                let problem = Problem::new(Code::TooManySeats).with("max_seats_per_user", most);
                return own(on, caller, request, &wanted, digest.as_ref(), problem).await;
            }
            Hold::Taken(seats) if matches!(wanted, Wanted::Best(_)) && tries < TRIES => {
                taken.extend(seats);
                tries += 1;
            }
            Hold::Taken(seats) => {
                let problem = Problem::new(Code::SeatsTaken).with("seats", seats);
                return own(on, caller, request, &wanted, digest.as_ref(), problem).await;
            }
            // Others are chosen for them, and this is what they are told if there are none.
            Hold::LetLapse(barred) if matches!(wanted, Wanted::Best(_)) && !barred.all && asks < TRIES => {
                taken.extend(barred.seats.iter().cloned());
                let_lapse = Some(barred);
                asks += 1;
            }
            Hold::LetLapse(barred) => return Err(bar(on, barred)),
            // The organiser's system would refuse seats that it still holds for somebody else.
            Hold::Unreleased(behind) if asks < TRIES => {
                let ids = behind.values().flatten().copied().collect();
                if let Err(why) = let_go(&*on.ports.bookings, &*on.organiser, &booking, &ids).await {
                    tracing::warn!(%why, "the organiser's system released no hold");
                    return Err(Problem::new(Code::OrganiserUnavailable));
                }
                terms.released.extend(behind);
                asks += 1;
            }
            // They have many bookings, or another request of theirs was faster, and may have done what this one asks.
            Hold::NotAlone if asks < TRIES => {
                has_others = true;
                asks += 1;
            }
            // A seat itself has shown that the plan is old.
            Hold::Outdated if !age.is_zero() => age = Duration::ZERO,
            Hold::Outdated | Hold::Unreleased(_) | Hold::NotAlone => return Err(Problem::new(Code::Unavailable)),
        }
    }
}

/// What a buyer is told who let seats lapse.
fn bar(on: &Book, Barred { seats, until, .. }: Barred) -> Problem {
    let seconds = on.ports.world.now().until(until).as_secs() + 1;
    let problem = Problem::new(Code::SeatsLetLapse).after(u32::try_from(seconds).unwrap_or(u32::MAX));
    problem.with("seats", seats).with("until", until)
}

/// What a request asks for, checked.
fn wanted(request: &BookRequest) -> Result<Wanted, Problem> {
    match (&request.seats, request.best) {
        (Some(seats), None) => {
            let unique: HashSet<_> = seats.iter().collect();
            if seats.is_empty() || unique.len() != seats.len() {
                return Err(Problem::invalid("seats", "At least one seat, and none twice."));
            }
            if seats.len() > MAX_SEATS {
                return Err(Problem::new(Code::TooManySeats).detail("At most 20 seats in one booking."));
            }
            if request.section.is_some() || request.together.is_some() || request.marks.is_some() || request.again {
                return Err(Problem::invalid("best", "`section`, `together`, `marks` and `again` go with `best`."));
            }
            Ok(Wanted::These(seats.clone()))
        }
        (None, Some(0)) => Err(Problem::invalid("best", "From 1 to 20 seats.")),
        (None, Some(many)) if many > MAX_SEATS => {
            Err(Problem::new(Code::TooManySeats).detail("At most 20 seats in one booking."))
        }
        (None, Some(many)) => Ok(Wanted::Best(Wish {
            many,
            section: request.section.clone(),
            together: request.together.unwrap_or(true),
            marks: request.marks.clone().unwrap_or_default(),
        })),
        _ => Err(Problem::invalid("best", "Either `seats`, the labels, or `best`, how many.")),
    }
}

/// The seats to be held, and why these if the choice was ours. `taken` are those that were found to be somebody else's.
async fn chosen(
    on: &Book,
    plan: &Plan,
    wanted: &Wanted,
    tries: u32,
    taken: &HashSet<SeatLabel>,
) -> Result<(Vec<SeatLabel>, Option<BestSeats>), Problem> {
    let wish = match wanted {
        Wanted::These(seats) => return Ok((seats.clone(), None)),
        Wanted::Best(wish) => wish,
    };
    let maps = on.maps.read(plan.event.id).await?;
    let free = Free { layout: &plan.layout, kind: plan.event.kind, maps: &maps, taken };
    match best::choose(&free, wish, tries, on.ports.world.new_id().as_u128()) {
        Ok((seats, why)) => Ok((seats, Some(why))),
        Err(open) => Err(Problem::new(Code::NotEnoughSeats).with("open", open)),
    }
}

/// Which of the seats belong to a booking. A buyer who is too late learns it here, by reading alone: a hold that is
/// refused costs as many writes as one that succeeds, and a crowd wants the same seats.
///
/// The map of a second ago says whether to look. The seats themselves decide. If the map cannot be read, the hold
/// decides; if the seats cannot be read, a hold would fail too.
async fn taken_before(on: &Book, plan: &Plan, booking: &Booking) -> Result<Vec<SeatLabel>, Failure> {
    let maps = match on.shown.shown(booking.event_id).await {
        Ok(maps) => maps,
        Err(why) => {
            tracing::warn!(%why, "nobody looked whether the seats are taken");
            return Ok(Vec::new());
        }
    };
    let mut shown = booking.seats.iter().filter_map(|seat| plan.layout.status(&maps, &seat.label));
    if !shown.any(SeatStatus::is_somebodys) {
        return Ok(Vec::new());
    }
    // At all of them: others may be taken since.
    let looks = booking.seats.iter().map(|seat| on.ports.events.seat(booking.event_id, &seat.block, &seat.label));
    let seats = try_join_all(looks).await?.into_iter().flatten();
    Ok(seats.filter(|seat| seat.status.is_somebodys()).map(|seat| seat.label).collect())
}

/// The booking to be made, at the prices of the plan.
fn draft(
    on: &Book,
    plan: &Plan,
    caller: &Caller,
    request: &BookRequest,
    (wanted, best): (Vec<SeatLabel>, Option<BestSeats>),
    (id, digest, now): (BookingId, Option<String>, Timestamp),
) -> Result<Booking, Problem> {
    let Plan { event, layout } = plan;
    let unknown: Vec<_> = wanted.iter().filter(|label| layout.seat(label).is_none()).collect();
    if !unknown.is_empty() {
        return Err(Problem::not_found().with("seats", unknown));
    }
    if wanted.len() > event.max_seats_per_user as usize {
        return Err(Problem::new(Code::TooManySeats).with("max_seats_per_user", event.max_seats_per_user));
    }
    if !event.is_on_sale(now) {
        return Err(Problem::new(Code::NotOnSale));
    }
    let seats: Vec<_> = wanted.iter().filter_map(|label| layout.seat(label)).collect();
    let total = Money::sum(seats.iter().map(|seat| seat.price)).ok_or_else(Problem::not_found)?;
    let buyer = (caller.id, Named { name: caller.name.clone(), version: caller.name_version });
    Ok(Booking {
        seats,
        best,
        total,
        payment: request.payment,
        request_digest: digest,
        ..Booking::held(event, id, buyer, now, now + on.hold)
    })
}

/// The earlier booking with this key, answered like the first time.
async fn earlier(on: &Book, id: BookingId, digest: Option<&String>) -> Result<Option<Booking>, Problem> {
    match digest {
        None => Ok(None),
        Some(_) => on.ports.bookings.get(id).await?.map(|earlier| replay(earlier, digest)).transpose(),
    }
}

/// A refusal, unless there is an earlier booking with this key, or one that shows the buyer that the seats are theirs.
async fn refused(
    on: &Book,
    caller: &Caller,
    request: &BookRequest,
    wanted: &Wanted,
    (id, digest): (BookingId, Option<&String>),
    problem: Problem,
) -> Result<Booking, Problem> {
    match earlier(on, id, digest).await? {
        Some(earlier) => Ok(earlier),
        None => own(on, caller, request, wanted, digest, problem).await,
    }
}

/// May this request be a double tap? Another key is another request, and so is one that the buyer says they mean.
fn may_be_double(request: &BookRequest, digest: Option<&String>) -> bool {
    digest.is_none() && !request.again
}

/// A buyer's live bookings of the event, so that the hold can check that there are no others by then.
///
/// Who leaves the choice to us, and holds as many seats by our choice as `double` that they have not paid, asks twice
/// for the same: `own_seats`. Who holds as many bookings unpaid as one person may gets no more: `too_many_unpaid`. An
/// offer to who waited is not counted, because they did not ask for it now.
async fn others(
    on: &Book,
    caller: &Caller,
    event: EventId,
    double: Option<usize>,
) -> Result<BTreeSet<BookingId>, Problem> {
    let own = on.ports.bookings.of_buyer_for(caller.id, event).await?;
    let is_unpaid = |one: &&Booking| matches!(one.status, BookingStatus::Held | BookingStatus::AwaitingPayment);
    let unpaid: Vec<_> = own.iter().filter(is_unpaid).collect();
    if let Some(first) = unpaid.iter().find(|one| one.best.is_some() && Some(one.seats.len()) == double) {
        let seats: Vec<_> = first.seats.iter().map(|seat| &seat.label).collect();
        return Err(Problem::new(Code::OwnSeats).with("booking_id", first.id).with("seats", seats));
    }
    if unpaid.iter().filter(|one| one.previous.is_none()).count() >= on.unpaid_per_event {
        return Err(Problem::new(Code::TooManyUnpaid).with("unpaid_per_event", on.unpaid_per_event));
    }
    Ok(own.into_iter().map(|one| one.id).collect())
}

/// Tells a buyer who asks again for seats of their own so, in place of a problem that a stranger would get: with their
/// booking, if they ask for the same without a key, and otherwise with `own_seats`. Another key is another request,
/// which must not have its effect later because its answer was lost now.
async fn own(
    on: &Book,
    caller: &Caller,
    request: &BookRequest,
    wanted: &Wanted,
    digest: Option<&String>,
    problem: Problem,
) -> Result<Booking, Problem> {
    use BookingStatus::{AwaitingPayment, Confirmed, Held};
    let mended = [Code::SeatsTaken, Code::TooManySeats, Code::TooManyUnpaid, Code::NotEnoughSeats, Code::NotOnSale];
    if !mended.contains(&problem.code()) {
        return Err(problem);
    }
    let seats = match wanted {
        Wanted::These(seats) => seats,
        Wanted::Best(wish) if may_be_double(request, digest) => {
            let twice = others(on, caller, request.event_id, Some(wish.many)).await.err();
            return Err(twice.filter(|twice| twice.code() == Code::OwnSeats).unwrap_or(problem));
        }
        Wanted::Best(_) => return Err(problem),
    };
    let asked: HashSet<_> = seats.iter().collect();
    for booking in on.ports.bookings.of_buyer_for(caller.id, request.event_id).await? {
        let has: HashSet<_> = booking.seats.iter().map(|seat| &seat.label).collect();
        let shared: Vec<_> = seats.iter().filter(|label| has.contains(label)).collect();
        // It may have ended since.
        if shared.is_empty() || !matches!(booking.status, Held | AwaitingPayment | Confirmed) {
            continue;
        }
        let same = asked == has && request.payment == booking.payment && digest.is_none();
        // A held booking has no invoice yet that could be answered.
        if same && booking.status != Held {
            return Ok(booking);
        }
        return Err(Problem::new(Code::OwnSeats).with("booking_id", booking.id).with("seats", shared));
    }
    Err(problem)
}

/// The same answer as the first time, with the booking as it is now.
fn replay(earlier: Booking, digest: Option<&String>) -> Result<Booking, Problem> {
    if earlier.request_digest.as_ref() != digest {
        return Err(Problem::new(Code::IdempotencyKeyReused));
    }
    answered(earlier)
}

/// What a buyer is told of the booking that they asked for, as it is: the booking, if it ever waited for payment, or
/// why it did not come to that.
fn answered(booking: Booking) -> Result<Booking, Problem> {
    use BookingStatus::{AwaitingPayment, Cancelled, Confirmed, Expired, Failed, Held, Refunded, Refunding};
    // The second state is the first one after `HELD`: what ended then was never answered otherwise.
    let never_awaited_payment = booking.invoice.is_none() || booking.version - booking.amendments == 2;
    match (booking.status, booking.reason) {
        (Held | Failed | Expired, Some(reason)) if is_refusal(reason) => Err(refusal(reason, &booking)),
        (Held, _) => Err(Problem::new(Code::InProgress)),
        (Cancelled, Some(FailureReason::EventCancelled)) if never_awaited_payment => Err(Problem::new(Code::NotOnSale)),
        (Cancelled | Expired, _) if never_awaited_payment => Err(hold_expired(&booking)),
        (AwaitingPayment | Confirmed | Failed | Cancelled | Expired | Refunding | Refunded, _) => Ok(booking),
    }
}

/// Did `book` itself answer with a problem when a booking ended for this reason?
const fn is_refusal(reason: FailureReason) -> bool {
    match reason {
        FailureReason::OrganiserRefused | FailureReason::OrganiserUnavailable | FailureReason::PaymentUnavailable => {
            true
        }
        FailureReason::PaymentFailed | FailureReason::EventCancelled => false,
    }
}

fn hold_expired(booking: &Booking) -> Problem {
    Problem::new(Code::HoldExpired).with("booking_id", booking.id)
}

fn refusal(reason: FailureReason, booking: &Booking) -> Problem {
    let code = match reason {
        FailureReason::OrganiserRefused => Code::OrganiserRefused,
        FailureReason::OrganiserUnavailable => Code::OrganiserUnavailable,
        FailureReason::PaymentUnavailable | FailureReason::PaymentFailed | FailureReason::EventCancelled => {
            Code::PaymentUnavailable
        }
    };
    Problem::new(code).with("booking_id", booking.id)
}

/// Takes a held booking to its invoice, with a compensation for each step.
async fn pursue(on: &Book, booking: Booking) -> Result<Booking, Problem> {
    let refused = match on.organiser.hold(&booking).await {
        Ok(OrganiserAnswer::Agreed) => None,
        Ok(OrganiserAnswer::Refused) => Some((Happening::OrganiserRefused, FailureReason::OrganiserRefused)),
        Err(why) => {
            tracing::warn!(booking = %booking.id, %why, "the organiser's system did not answer");
            Some((Happening::OrganiserUnavailable, FailureReason::OrganiserUnavailable))
        }
    };
    if let Some((happening, reason)) = refused {
        let problem = refusal(reason, &booking);
        return match hear_from(&on.ports, booking, &happening).await? {
            // Somebody else ended it first: this is what is told to who asks again, too.
            Heard::Now(booking) if booking.reason != Some(reason) => answered(booking),
            Heard::Now(_) | Heard::TooLate(_) | Heard::Unknown => Err(problem),
        };
    }
    let asked = CreateInvoice {
        reference: booking.id.uuid(),
        amount: booking.total,
        payer: booking.user_id,
        expires_at: booking.hold_expires_at,
    };
    match on.payments.create_invoice(&asked).await {
        Ok(invoice) if invoice.status == InvoiceStatus::Pending => {
            let link = InvoiceLink { number: invoice.number, payment_url: invoice.payment_url };
            await_payment(on, booking, link).await
        }
        // The invoice is decided already: somebody acted on it before this answer came.
        Ok(invoice) => match news(&invoice, booking.total, Ending::Expired) {
            Some(news) => ended_as(hear_from(&on.ports, booking, &news).await?),
            None => Err(Problem::new(Code::Internal)),
        },
        Err(why) => Err(without_invoice(on, booking, &why).await),
    }
}

/// The invoice is made: the booking waits for payment, unless its hold ran out on the way.
async fn await_payment(on: &Book, booking: Booking, link: InvoiceLink) -> Result<Booking, Problem> {
    let number = link.number.clone();
    let booking = match hear_from(&on.ports, booking, &Happening::InvoiceMade(link)).await? {
        Heard::Now(booking) => booking,
        Heard::TooLate(booking) => {
            let ended = void_and_act(&on.ports, &*on.payments, booking, Ending::Expired).await?;
            return ended_as(Heard::Now(ended));
        }
        Heard::Unknown => return Err(Problem::new(Code::Internal)),
    };
    if booking.status == BookingStatus::AwaitingPayment
        && booking.payment == PaymentMode::Auto
        && let Err(why) = on.payment_queue.request_payment(&number).await
    {
        // The buyer can still pay by hand until the hold runs out.
        tracing::warn!(booking = %booking.id, %why, "the payment was not asked for");
    }
    ended_as(Heard::Now(booking))
}

/// The answer for a booking in its present state, whether this call or another one changed it.
fn ended_as(heard: Heard) -> Result<Booking, Problem> {
    match heard {
        Heard::Now(booking) => answered(booking),
        Heard::TooLate(_) | Heard::Unknown => Err(Problem::new(Code::Internal)),
    }
}

/// Payments made no invoice, or its answer was lost. Voids the invoice, and gives up the seats only once payments has
/// answered.
async fn without_invoice(on: &Book, booking: Booking, why: &Failure) -> Problem {
    tracing::warn!(booking = %booking.id, %why, "payments made no invoice");
    let problem = refusal(FailureReason::PaymentUnavailable, &booking);
    let voided = void_and_act(&on.ports, &*on.payments, booking.clone(), Ending::PaymentUnavailable).await;
    if let Err(why) = voided {
        tracing::warn!(booking = %booking.id, %why, "the timer will end the booking");
        if let Err(why) = on.ports.bookings.note_payment_unavailable(&booking).await {
            tracing::warn!(booking = %booking.id, %why, "its end will not say that payments did not answer");
        }
    }
    problem
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{InvoiceNumber, UserId};

    fn booking(status: BookingStatus, reason: Option<FailureReason>, version: u64) -> Booking {
        Booking {
            id: BookingId::new(Uuid::from_u128(1)),
            event_id: EventId::new(Uuid::from_u128(2)),
            event_title: "Sinners".into(),
            venue: "Studio 1".into(),
            city: None,
            starts_at: Timestamp::from_millis(0),
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
            reason,
            payment: PaymentMode::Auto,
            hold_expires_at: Timestamp::from_millis(0),
            invoice: (version > 1).then(|| InvoiceLink {
                number: InvoiceNumber::of(&"ticketing".parse().unwrap(), Uuid::nil()),
                payment_url: "http://localhost/pay".into(),
            }),
            created_at: Timestamp::from_millis(0),
            updated_at: Timestamp::from_millis(0),
            version,
            amendments: 0,
            correlation: None,
            request_digest: Some("digest".into()),
            previous: None,
            moved: None,
        }
    }

    /// The same key gets the same answer as the first time.
    #[test]
    fn a_replay_answers_as_the_first_time() {
        use BookingStatus::{AwaitingPayment, Cancelled, Confirmed, Expired, Failed, Held, Refunded};
        use FailureReason::{
            EventCancelled, OrganiserRefused, OrganiserUnavailable, PaymentFailed, PaymentUnavailable,
        };
        let digest = "digest".to_owned();
        for (status, reason, version, answer) in [
            (Held, None, 1, Some(Code::InProgress)),
            (Held, Some(PaymentUnavailable), 2, Some(Code::PaymentUnavailable)),
            (AwaitingPayment, None, 2, None),
            (Confirmed, None, 3, None),
            (Refunded, None, 5, None),
            (Refunded, Some(EventCancelled), 5, None),
            (Failed, Some(OrganiserRefused), 2, Some(Code::OrganiserRefused)),
            (Failed, Some(OrganiserUnavailable), 2, Some(Code::OrganiserUnavailable)),
            (Failed, Some(PaymentUnavailable), 2, Some(Code::PaymentUnavailable)),
            (Failed, Some(PaymentFailed), 3, None),
            (Expired, None, 2, Some(Code::HoldExpired)),
            (Expired, Some(PaymentUnavailable), 3, Some(Code::PaymentUnavailable)),
            (Expired, None, 3, None),
            (Cancelled, None, 3, None),
            (Cancelled, None, 2, Some(Code::HoldExpired)),
            (Cancelled, Some(EventCancelled), 2, Some(Code::NotOnSale)),
            (Cancelled, Some(EventCancelled), 3, None),
            // It was paid, and its organiser refused to confirm it.
            (Refunded, Some(OrganiserRefused), 5, None),
        ] {
            let replayed = replay(booking(status, reason, version), Some(&digest));
            assert_eq!(replayed.err().map(|problem| problem.code()), answer, "{status} {reason:?} {version}");
        }
        // That its event was moved or its buyer renamed meanwhile says nothing of what was answered.
        for (version, amendments, answer) in [(4, 2, Some(Code::HoldExpired)), (4, 1, None)] {
            let replayed = replay(Booking { amendments, ..booking(Expired, None, version) }, Some(&digest));
            assert_eq!(replayed.err().map(|problem| problem.code()), answer, "{version} {amendments}");
        }
        // That payments did not answer was noted on it. Then its event was cancelled, and an invoice found after all.
        let noted = Booking { amendments: 1, ..booking(Cancelled, Some(EventCancelled), 3) };
        assert_eq!(replay(noted, Some(&digest)).unwrap_err().code(), Code::NotOnSale);
        let other = replay(booking(Confirmed, None, 3), Some(&"other".to_owned()));
        assert_eq!(other.unwrap_err().code(), Code::IdempotencyKeyReused);
    }
}
