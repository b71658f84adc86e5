//! The two use cases that change bookings, in memory: which steps they take, in which order, and what each failure on
//! the way leads to. There is no engine and no network: a case takes microseconds, and a new case is one line.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use async_trait::async_trait;
use contracts::RefundAnswer;
use contracts::edit::Seen;
use contracts::idempotency::Keys;
use contracts::{
    BookingId, BookingStatus, Caller, Code, CreateInvoice, EventId, Failure, FailureReason, HoldTimer, Invoice,
    InvoiceLink, InvoiceNumber, InvoiceStatus, Locale, Mismatch, MismatchKind, Money, Page, PageRequest, Problem, Role,
    SeatLabel, Timestamp, UserId, World,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use ticketing::domain::event::EventKind;
use ticketing::domain::{
    Block, BlockMap, BookedSeat, Booking, Event, EventDraft, Happening, Layout, Named, SeatChange, SeatEffect,
    SeatStatus, Transition, Waiter, Waiting,
};
use ticketing::ports::{
    BookingQuery, Bookings, Changed, Closing, Edited, EventQuery, Events, Hold, Joined, Lines, Mismatches, Offer,
    OrganiserAnswer, OrganiserSystem, Owed, PaymentQueue, Payments, Plan, Plans, Release, Seat, SeatEdit, SeatMaps,
    ShownMaps, Terms, Timers, Unreleased,
};
use ticketing::usecases::hear::{Heard, hear_from};
use ticketing::usecases::{
    Book, BookRequest, BookingPorts, OrganiserPorts, book, cancel_booking, expire_hold, offer_seat,
    settle_organiser_hold,
};
use uuid::Uuid;

/// What an organiser's system or payments may answer.
#[derive(Clone, Copy)]
enum Answer {
    Yes,
    No,
    Silence,
}

/// Everything that a booking touches: one event, its seats, and the calls that were made.
struct Memory {
    bookings: HashMap<BookingId, Booking>,
    owners: BTreeMap<String, BookingId>,
    lines: BTreeMap<String, Vec<Waiter>>,
    asked: Vec<&'static str>,
    ids: u128,
    now: i64,
    /// How many milliseconds it takes to read a plan or a map.
    reading_takes: i64,
    organiser: Answer,
    invoice: Option<InvoiceStatus>,
    voided: Option<InvoiceStatus>,
    timers: Answer,
    unreleased: BTreeMap<String, BTreeSet<BookingId>>,
    mismatches: Vec<MismatchKind>,
    /// The letters of the seats, as everybody is shown them.
    shown: &'static str,
}

struct Kept(Mutex<Memory>);

const EVENT: EventId = EventId::new(Uuid::from_u128(1));
const HOLD: Duration = Duration::from_mins(5);

async fn hear(on: &BookingPorts, id: BookingId, happening: &Happening) -> Result<Heard, Failure> {
    match on.bookings.get(id).await? {
        Some(booking) => hear_from(on, booking, happening).await,
        None => Ok(Heard::Unknown),
    }
}

fn silence() -> Failure {
    Failure::transient("ask", "no answer")
}

fn price() -> Money {
    Money::idr(5_000_000)
}

fn user(number: u128) -> UserId {
    UserId::new(Uuid::from_u128(number))
}

fn buyer(id: UserId) -> Caller {
    Caller {
        id,
        role: Role::Buyer,
        name: "Siti".into(),
        name_version: 0,
        email: "siti@example.com".into(),
        email_confirmed: true,
        locale: Locale::En,
    }
}

impl Kept {
    fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Memory {
            bookings: HashMap::new(),
            owners: BTreeMap::new(),
            lines: BTreeMap::new(),
            asked: Vec::new(),
            ids: 100,
            now: 0,
            reading_takes: 0,
            organiser: Answer::Yes,
            invoice: Some(InvoiceStatus::Pending),
            voided: Some(InvoiceStatus::Void),
            timers: Answer::Yes,
            unreleased: BTreeMap::new(),
            mismatches: Vec::new(),
            shown: "OOOO",
        })))
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap()
    }

    fn take_time(&self) {
        let mut memory = self.memory();
        memory.now += memory.reading_takes;
    }

    fn asked(&self, what: &'static str) -> MutexGuard<'_, Memory> {
        let mut memory = self.memory();
        memory.asked.push(what);
        memory
    }

    fn ports(self: &Arc<Self>) -> BookingPorts {
        BookingPorts {
            bookings: self.clone(),
            lines: self.clone(),
            events: self.clone(),
            timers: self.clone(),
            world: self.clone(),
            offer: Duration::from_mins(15),
        }
    }

    fn book(self: &Arc<Self>) -> Book {
        Book {
            plans: self.clone(),
            maps: self.clone(),
            shown: self.clone(),
            ports: self.ports(),
            organiser: self.clone(),
            payments: self.clone(),
            payment_queue: self.clone(),
            hold: HOLD,
            lapse_pause: Duration::ZERO,
            unpaid_per_event: 5,
            takes_payments: true,
        }
    }

    /// Books. Answers the code of the problem, if there is one, and the calls that were made.
    async fn ask(self: &Arc<Self>) -> (Option<Code>, Vec<&'static str>) {
        self.ask_as(user(7)).await
    }

    async fn ask_as(self: &Arc<Self>, id: UserId) -> (Option<Code>, Vec<&'static str>) {
        let outcome = self.book_as(id, json!({"seats": ["A-1", "A-2"]})).await;
        (outcome.err().map(|problem| problem.code()), std::mem::take(&mut self.memory().asked))
    }

    async fn book_as(self: &Arc<Self>, id: UserId, mut wanted: Value) -> Result<Booking, Problem> {
        wanted["event_id"] = json!(EVENT);
        let request: BookRequest = serde_json::from_value(wanted).unwrap();
        book(&self.book(), &buyer(id), &request, None).await
    }

    /// The one booking that there is, and how many seats it has.
    fn only(&self) -> (BookingStatus, usize) {
        let memory = self.memory();
        assert_eq!(memory.bookings.len(), 1);
        (memory.bookings.values().next().unwrap().status, memory.owners.len())
    }
}

impl World for Kept {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.memory().now)
    }

    fn new_id(&self) -> Uuid {
        let mut memory = self.memory();
        memory.ids += 1;
        Uuid::from_u128(memory.ids)
    }
}

fn event() -> Event {
    let draft = EventDraft {
        title: "Sinners".into(),
        kind: EventKind::Screening,
        movie_id: None,
        venue: "Studio 1".into(),
        city: None,
        starts_at: Timestamp::from_millis(86_400_000),
        ends_at: None,
        time_zone: None,
        organiser_url: None,
        max_seats_per_user: Some(2),
        on_sale_from: None,
        on_sale_until: None,
    };
    draft.check(EVENT, user(2), Timestamp::from_millis(0), false).unwrap()
}

#[async_trait]
impl Plans for Kept {
    async fn plan(&self, _: EventId, _: Duration) -> Result<Option<Arc<Plan>>, Failure> {
        self.take_time();
        let block = Block {
            ordinal: 0,
            id: "A".into(),
            section: "A".parse().unwrap(),
            price: price(),
            labels: (1..=4).map(|number| format!("A-{number}").parse().unwrap()).collect(),
            prices: BTreeMap::new(),
            withdrawn: [].into(),
            aisles: ["A-2".parse().unwrap()].into(),
            marks: [].into(),
        };
        Ok(Some(Arc::new(Plan { event: event(), layout: Arc::new(Layout::new(1, vec![block])) })))
    }
}

/// The map never hears of a hold, so that each choice meets the seats that others took.
#[async_trait]
impl SeatMaps for Kept {
    async fn read(&self, _: EventId) -> Result<Vec<BlockMap>, Failure> {
        self.take_time();
        Ok(vec![BlockMap::open(0, "A".parse().unwrap(), 1, 4)])
    }

    async fn apply(&self, _: &[SeatChange]) -> Result<Option<BlockMap>, Failure> {
        unreachable!()
    }
}

#[async_trait]
impl ShownMaps for Kept {
    async fn shown(&self, _: EventId) -> Result<Arc<Vec<BlockMap>>, Failure> {
        self.take_time();
        let letters = self.memory().shown.to_owned();
        Ok(Arc::new(vec![BlockMap { letters, ..BlockMap::open(0, "A".parse().unwrap(), 1, 4) }]))
    }
}

#[async_trait]
impl Keys for Kept {
    async fn claim(&self, _: Uuid, _: &str, _: Timestamp, _: Option<Timestamp>) -> Result<bool, Failure> {
        unreachable!()
    }
}

#[async_trait]
impl Bookings for Kept {
    async fn hold(&self, booking: &Booking, terms: &Terms) -> Result<Hold, Failure> {
        let mut memory = self.asked("hold");
        let behind = booking.seats.iter().filter_map(|seat| {
            let behind = memory.unreleased.get(seat.label.as_str())?;
            (terms.released.get(&seat.label) != Some(behind)).then(|| (seat.label.clone(), behind.clone()))
        });
        let behind: Unreleased = behind.collect();
        if !behind.is_empty() {
            return Ok(Hold::Unreleased(behind));
        }
        let labels = booking.seats.iter().map(|seat| seat.label.clone());
        let taken: Vec<_> = labels.filter(|label| memory.owners.contains_key(label.as_str())).collect();
        if !taken.is_empty() {
            return Ok(Hold::Taken(taken));
        }
        memory.unreleased.retain(|label, _| !booking.seats.iter().any(|seat| seat.label.as_str() == label));
        memory.owners.extend(booking.seats.iter().map(|seat| (seat.label.to_string(), booking.id)));
        memory.bookings.insert(booking.id, booking.clone());
        Ok(Hold::Held)
    }

    async fn get(&self, id: BookingId) -> Result<Option<Booking>, Failure> {
        Ok(self.memory().bookings.get(&id).cloned())
    }

    async fn change(
        &self,
        before: &Booking,
        change: &Transition,
        now: Timestamp,
        release: &Release,
    ) -> Result<Changed, Failure> {
        let mut memory = self.memory();
        if memory.bookings.get(&before.id).is_none_or(|present| present.version != before.version) {
            return Ok(Changed::Moved);
        }
        let after = before.after(change, now);
        if change.seats == SeatEffect::Withdraw {
            memory.owners.retain(|_, owner| *owner != before.id);
        }
        if change.seats == SeatEffect::Release {
            let waits = |seat: &&BookedSeat| memory.lines.get(seat.label.as_str()).is_some_and(|line| !line.is_empty());
            let offered = |seat: &&BookedSeat| release.offers.iter().any(|offer| offer.booking.seats.contains(seat));
            let unserved: Vec<_> = before.seats.iter().filter(waits).filter(|seat| !offered(seat)).collect();
            if !unserved.is_empty() && !release.sale_is_over {
                return Ok(Changed::Waited(unserved.into_iter().map(|seat| seat.label.clone()).collect()));
            }
            memory.owners.retain(|_, owner| *owner != before.id);
            for seat in &before.seats {
                memory.unreleased.entry(seat.label.to_string()).or_default().insert(before.id);
            }
            for offer in &release.offers {
                memory.bookings.insert(offer.booking.id, offer.booking.clone());
                for seat in &offer.booking.seats {
                    memory.owners.insert(seat.label.to_string(), offer.booking.id);
                    memory.lines.entry(seat.label.to_string()).or_default().remove(0);
                }
            }
        }
        memory.bookings.insert(after.id, after.clone());
        Ok(Changed::Done(Box::new(after)))
    }

    async fn hand_over(&self, _: &Owed, _: &Offer, _: u32) -> Result<bool, Failure> {
        unreachable!()
    }

    async fn owed(&self) -> Result<Vec<Owed>, Failure> {
        unreachable!()
    }

    async fn no_longer_owed(&self, _: &Owed) -> Result<(), Failure> {
        unreachable!()
    }

    async fn unfinished(&self, _: Timestamp, _: u32) -> Result<Vec<Booking>, Failure> {
        unreachable!()
    }

    async fn tell_again(&self, _: BookingId, _: Timestamp, _: Timestamp) -> Result<bool, Failure> {
        unreachable!()
    }

    async fn nothing_is_left(&self, _: &Booking) -> Result<(), Failure> {
        unreachable!()
    }

    async fn printed(&self, _: BookingId, _: u64, _: bool) -> Result<bool, Failure> {
        unreachable!()
    }

    async fn note_payment_unavailable(&self, _: &Booking) -> Result<(), Failure> {
        drop(self.asked("note"));
        Ok(())
    }

    async fn of_event(&self, _: EventId, _: &BookingQuery, _: &PageRequest) -> Result<Option<Page<Booking>>, Failure> {
        unreachable!()
    }

    async fn get_all(&self, ids: &[BookingId]) -> Result<Vec<Booking>, Failure> {
        let memory = self.memory();
        Ok(ids.iter().filter_map(|id| memory.bookings.get(id)).cloned().collect())
    }

    async fn released(&self, booking: &Booking) -> Result<(), Failure> {
        let mut memory = self.memory();
        memory.unreleased.retain(|_, behind| !behind.remove(&booking.id) || !behind.is_empty());
        Ok(())
    }

    async fn endings(&self, _: EventId) -> Result<BTreeMap<String, u64>, Failure> {
        unreachable!()
    }

    async fn of_buyer_for(&self, buyer: UserId, event: EventId) -> Result<Vec<Booking>, Failure> {
        let memory = self.memory();
        let own = memory.bookings.values().filter(|one| one.user_id == buyer && one.event_id == event);
        let lives = |one: &&Booking| memory.owners.values().any(|owner| *owner == one.id);
        Ok(own.filter(lives).cloned().collect())
    }

    async fn of_buyer(&self, _: UserId) -> Result<Vec<BookingId>, Failure> {
        unreachable!()
    }

    async fn forget_name(&self, _: BookingId) -> Result<(), Failure> {
        unreachable!()
    }
}

#[async_trait]
impl Lines for Kept {
    async fn first(&self, _: EventId, label: &SeatLabel) -> Result<Option<Waiter>, Failure> {
        Ok(self.memory().lines.get(label.as_str()).and_then(|line| line.first().cloned()))
    }

    async fn drop_place(&self, _: EventId, (_, label): (&str, &SeatLabel), waiter: &Waiter) -> Result<(), Failure> {
        let mut memory = self.asked("drop a place");
        memory.lines.entry(label.to_string()).or_default().retain(|one| one.place != waiter.place);
        Ok(())
    }

    async fn seats_of(&self, user: UserId, _: EventId) -> Result<u32, Failure> {
        let memory = self.memory();
        let theirs = |owner: &&BookingId| memory.bookings[*owner].user_id == user;
        Ok(u32::try_from(memory.owners.values().filter(theirs).count()).unwrap())
    }

    async fn join(&self, _: &dyn World, _: &Waiting, _: &Waiter) -> Result<Joined, Failure> {
        unreachable!()
    }

    async fn leave(&self, _: UserId, _: EventId, _: &SeatLabel) -> Result<(), Failure> {
        unreachable!()
    }

    async fn all(&self, _: EventId, _: &SeatLabel) -> Result<Vec<Waiter>, Failure> {
        unreachable!()
    }

    async fn position(&self, _: EventId, _: &SeatLabel, _: u64) -> Result<Option<u64>, Failure> {
        unreachable!()
    }

    async fn of_user(&self, _: UserId) -> Result<Vec<Waiting>, Failure> {
        unreachable!()
    }

    async fn rename(&self, _: UserId, _: &Waiting, _: &Named) -> Result<(), Failure> {
        unreachable!()
    }

    async fn are_closed(&self, _: EventId) -> Result<bool, Failure> {
        unreachable!()
    }

    async fn close(&self, _: EventId, _: Timestamp) -> Result<(), Failure> {
        unreachable!()
    }
}

#[async_trait]
impl Events for Kept {
    async fn get(&self, _: EventId) -> Result<Option<Event>, Failure> {
        Ok(Some(event()))
    }

    async fn insert(&self, _: &Event) -> Result<bool, Failure> {
        unreachable!()
    }

    async fn begin_part(&self, _: EventId, _: Option<u64>, _: Timestamp) -> Result<Closing, Failure> {
        unreachable!()
    }

    async fn update(&self, _: &Event, _: &Event) -> Result<bool, Failure> {
        unreachable!()
    }

    async fn list(&self, _: &EventQuery, _: &PageRequest) -> Result<Option<Page<Event>>, Failure> {
        unreachable!()
    }

    async fn layout(&self, _: &Event) -> Result<Layout, Failure> {
        unreachable!()
    }

    async fn seats(&self, _: EventId, _: &Block) -> Result<Vec<Seat>, Failure> {
        unreachable!()
    }

    async fn seat(&self, _: EventId, block: &str, label: &SeatLabel) -> Result<Option<Seat>, Failure> {
        let memory = self.memory();
        let booking = memory.owners.get(label.as_str()).copied();
        Ok(Some(Seat {
            label: label.clone(),
            block: block.to_owned(),
            status: if booking.is_some() { SeatStatus::OnGoing } else { SeatStatus::Open },
            price: price(),
            booking,
            waiters: 0,
            unreleased: memory.unreleased.get(label.as_str()).cloned().unwrap_or_default(),
            refused_by_organiser: false,
            version: 1,
        }))
    }

    async fn edit_seat(&self, _: &Event, _: &Event, _: &Block, _: &SeatLabel, _: SeatEdit) -> Result<Edited, Failure> {
        unreachable!()
    }

    async fn withdraw(&self, _: EventId, _: &[Seat]) -> Result<bool, Failure> {
        unreachable!()
    }

    async fn reopen(&self, _: EventId, _: &[Seat]) -> Result<(), Failure> {
        unreachable!()
    }

    async fn add_blocks(&self, _: &Event, _: &Event, _: &[Block]) -> Result<bool, Failure> {
        unreachable!()
    }
}

#[async_trait]
impl Timers for Kept {
    async fn start(&self, _: BookingId, _: Timestamp, _: Timestamp) -> Result<(), Failure> {
        match self.asked("timer").timers {
            Answer::Yes => Ok(()),
            Answer::No | Answer::Silence => Err(silence()),
        }
    }
}

#[async_trait]
impl OrganiserSystem for Kept {
    async fn hold(&self, _: &Booking) -> Result<OrganiserAnswer, Failure> {
        match self.asked("organiser").organiser {
            Answer::Yes => Ok(OrganiserAnswer::Agreed),
            Answer::No => Ok(OrganiserAnswer::Refused),
            Answer::Silence => Err(silence()),
        }
    }

    async fn confirm(&self, _: &Booking) -> Result<OrganiserAnswer, Failure> {
        match self.asked("confirm").organiser {
            Answer::Yes => Ok(OrganiserAnswer::Agreed),
            Answer::No => Ok(OrganiserAnswer::Refused),
            Answer::Silence => Err(silence()),
        }
    }

    async fn release(&self, _: BookingId, _: Option<&str>) -> Result<(), Failure> {
        match self.asked("release").organiser {
            Answer::Yes | Answer::No => Ok(()),
            Answer::Silence => Err(silence()),
        }
    }
}

#[async_trait]
impl Mismatches for Kept {
    async fn record(&self, found: &Mismatch) -> Result<bool, Failure> {
        let mut memory = self.memory();
        let new = !memory.mismatches.contains(&found.kind);
        memory.mismatches.push(found.kind);
        Ok(new)
    }

    async fn of_event(&self, _: EventId) -> Result<Vec<Mismatch>, Failure> {
        unreachable!()
    }
}

fn invoice(status: Option<InvoiceStatus>, reference: Uuid, amount: Option<Money>) -> Result<Invoice, Failure> {
    let client = ticketing::NAME.parse().unwrap();
    Ok(Invoice {
        number: InvoiceNumber::of(&client, reference),
        status: status.ok_or_else(silence)?,
        client,
        reference,
        amount,
        payer: Some(user(7)),
        payment_url: "https://karcis.test/pay".into(),
        expires_at: None,
        refund_refused_at: None,
        refunded_by: None,
    })
}

#[async_trait]
impl Payments for Kept {
    async fn create_invoice(&self, asked: &CreateInvoice) -> Result<Invoice, Failure> {
        invoice(self.asked("invoice").invoice, asked.reference, Some(asked.amount))
    }

    async fn void_invoice(&self, number: &InvoiceNumber) -> Result<Invoice, Failure> {
        let (kept, reference) = (self.asked("void"), number.parts().unwrap().1);
        let amount = kept.bookings.get(&BookingId::new(reference)).map(|booking| booking.total);
        invoice(kept.voided, reference, amount)
    }

    async fn refund_invoice(&self, _: &InvoiceNumber) -> Result<RefundAnswer, Failure> {
        unreachable!()
    }

    async fn invoices(&self, _: Timestamp) -> Result<Vec<Invoice>, Failure> {
        unreachable!()
    }
}

#[async_trait]
impl PaymentQueue for Kept {
    async fn request_payment(&self, _: &InvoiceNumber) -> Result<(), Failure> {
        drop(self.asked("work"));
        Ok(())
    }
}

/// Each case has the organiser's answer and payments' answers to making and to voiding the invoice; then the problem,
/// the steps, the booking's status and how many seats it has.
#[tokio::test]
async fn every_way_through_a_booking_ends_as_it_should() {
    use Answer::{No, Silence, Yes};
    use InvoiceStatus::{Failed, Paid, Pending, Void};
    let (begun, invoiced) = (vec!["timer", "hold", "organiser"], vec!["timer", "hold", "organiser", "invoice"]);
    let and = |steps: &[&'static str], more: &[&'static str]| [steps, more].concat();
    let unavailable = Some(Code::PaymentUnavailable);
    for (organiser, made, voided, code, steps, ends) in [
        (Yes, Some(Pending), None, None, and(&invoiced, &["work"]), (BookingStatus::AwaitingPayment, 2)),
        (Yes, Some(Paid), None, None, invoiced.clone(), (BookingStatus::Confirmed, 2)),
        (Yes, Some(Failed), None, None, invoiced.clone(), (BookingStatus::Failed, 0)),
        (Yes, Some(Void), None, Some(Code::HoldExpired), invoiced.clone(), (BookingStatus::Expired, 0)),
        (No, None, None, Some(Code::OrganiserRefused), begun.clone(), (BookingStatus::Failed, 0)),
        (Silence, None, None, Some(Code::OrganiserUnavailable), begun, (BookingStatus::Failed, 0)),
        // No seat is released before payments says that no money will come.
        (Yes, None, Some(Void), unavailable, and(&invoiced, &["void"]), (BookingStatus::Failed, 0)),
        (Yes, None, Some(Paid), unavailable, and(&invoiced, &["void"]), (BookingStatus::Confirmed, 2)),
        (Yes, None, None, unavailable, and(&invoiced, &["void", "note"]), (BookingStatus::Held, 2)),
    ] {
        let kept = Kept::new();
        {
            let mut memory = kept.memory();
            (memory.organiser, memory.invoice, memory.voided) = (organiser, made, voided);
        }
        assert_eq!(kept.ask().await, (code, steps), "{ends:?}");
        assert_eq!(kept.only(), ends);
    }
}

#[tokio::test]
async fn nothing_is_held_without_a_timer_and_nobody_is_asked_about_a_seat_that_is_taken() {
    let kept = Kept::new();
    kept.memory().timers = Answer::Silence;
    assert_eq!(kept.ask().await, (Some(Code::Unavailable), vec!["timer"]));
    assert!(kept.memory().bookings.is_empty());
    kept.memory().timers = Answer::Yes;
    assert_eq!(kept.ask().await.0, None);
    assert_eq!(kept.ask_as(user(8)).await, (Some(Code::SeatsTaken), vec!["timer", "hold"]));
    // Who has the seats gets their booking: nothing is asked of anybody, and nothing is held a second time.
    assert_eq!(kept.ask().await, (None, vec!["timer", "hold"]));
    assert_eq!(kept.only(), (BookingStatus::AwaitingPayment, 2));
}

/// The map is a second old: where it shows a seat as taken, the seat itself is asked, and decides.
#[tokio::test]
async fn who_is_too_late_learns_it_without_a_timer_and_without_a_hold() {
    let kept = Kept::new();
    kept.memory().shown = "GGOO";
    assert_eq!(kept.ask().await.0, None, "nobody has them any more");
    assert_eq!(kept.ask_as(user(8)).await, (Some(Code::SeatsTaken), vec![]));
    assert_eq!(kept.ask().await, (None, vec![]), "who has them gets their booking");
    let booking = kept.book_as(user(8), json!({"seats": ["A-3"]})).await.unwrap();
    assert_eq!(booking.status, BookingStatus::AwaitingPayment);
    kept.memory().shown = "OGGO";
    let problem = kept.book_as(user(9), json!({"seats": ["A-2", "A-3", "A-4"]})).await.unwrap_err();
    assert_eq!((problem.code(), &problem.body()["seats"]), (Code::TooManySeats, &Value::Null));
    for (owned, taken) in [(&["A-3"][..], json!(["A-3"])), (&["A-3", "A-4"], json!(["A-4", "A-3"]))] {
        let owner = booking.id;
        kept.memory().owners.extend(owned.iter().map(|label| ((*label).to_owned(), owner)));
        let problem = kept.book_as(user(9), json!({"seats": ["A-4", "A-3"]})).await.unwrap_err();
        assert_eq!((problem.code(), &problem.body()["seats"]), (Code::SeatsTaken, &taken));
    }
}

/// An organiser is told from when on everything is sold by a change. What is booked at a time is sold by what its event
/// said then, however long it takes to read.
#[tokio::test]
async fn a_booking_is_made_at_the_time_before_its_event_was_read() {
    for wanted in [json!({"seats": ["A-1"]}), json!({"best": 1})] {
        let kept = Kept::new();
        kept.memory().reading_takes = 10_000;
        let booking = kept.book_as(user(7), wanted).await.unwrap();
        assert_eq!(booking.created_at, Timestamp::from_millis(0));
    }
}

/// Two pairs with an aisle between them: whoever is late gets the other pair, and the third is told how many are free.
#[tokio::test]
async fn who_leaves_the_choice_to_us_gets_other_seats_when_somebody_was_faster() {
    let kept = Kept::new();
    let labels = |booking: &Booking| booking.seats.iter().map(|seat| seat.label.to_string()).collect::<Vec<_>>();
    let first = kept.book_as(user(7), json!({"best": 2})).await.unwrap();
    let second = kept.book_as(user(8), json!({"best": 2})).await.unwrap();
    let mut pairs = [labels(&first), labels(&second)];
    pairs.sort();
    assert_eq!(pairs, [["A-1", "A-2"], ["A-3", "A-4"]]);
    assert_eq!(second.best.map(|best| (best.together, best.single_seats)), Some((true, 0)));
    kept.memory().asked.clear();
    let problem = kept.book_as(user(9), json!({"best": 2})).await.unwrap_err();
    assert_eq!((problem.code(), &problem.body()["open"]), (Code::NotEnoughSeats, &json!(0)));
    // One timer for one request, however many seats were tried.
    assert_eq!(kept.memory().asked.iter().filter(|asked| **asked == "timer").count(), 1);
    for (bad, field) in [
        (json!({}), "best"),
        (json!({"seats": ["A-1"], "best": 1}), "best"),
        (json!({"best": 0}), "best"),
        (json!({"seats": ["A-1"], "together": false}), "best"),
    ] {
        assert_eq!(kept.book_as(user(9), bad).await.unwrap_err().body()["field"], field);
    }
}

fn waiter(number: u128, place: u64) -> Waiter {
    Waiter {
        place,
        user_id: user(number),
        user_name: "Budi".into(),
        name_version: 0,
        joined_at: Timestamp::from_millis(0),
    }
}

/// A paid booking of both seats is given up while some wait for A-1.
#[tokio::test]
async fn a_seat_given_up_goes_to_who_is_first_and_may_have_it() {
    for (line, heir, dropped) in [
        (vec![], None, 0),
        (vec![waiter(8, 0)], Some(8), 0),
        (vec![waiter(9, 0), waiter(8, 1)], Some(9), 0),
        // A buyer who gives a seat up does not get it back.
        (vec![waiter(7, 0), waiter(8, 1)], Some(8), 1),
    ] {
        let kept = Kept::new();
        kept.memory().invoice = Some(InvoiceStatus::Paid);
        kept.ask().await;
        let given_up = *kept.memory().bookings.keys().next().unwrap();
        kept.memory().lines.insert("A-1".into(), line);
        let heard = hear(&kept.ports(), given_up, &Happening::GivenUp(None)).await.unwrap();
        let Heard::Now(booking) = heard else { panic!("{heard:?}") };
        assert_eq!(booking.status, BookingStatus::Refunding);
        let memory = kept.memory();
        let owner = memory.owners.get("A-1").map(|owner| &memory.bookings[owner]);
        assert_eq!(owner.map(|booking| booking.user_id), heir.map(user));
        assert_eq!(
            owner.map(|booking| (booking.status, booking.previous)),
            heir.map(|_| (BookingStatus::Held, Some(given_up)))
        );
        assert!(!memory.owners.contains_key("A-2"), "nobody waits for it: it is open");
        // Each offer has its timer before it is made.
        assert_eq!(memory.asked.iter().filter(|asked| **asked == "timer").count(), usize::from(heir.is_some()));
        assert_eq!(memory.asked.iter().filter(|asked| **asked == "drop a place").count(), dropped);
    }
}

#[tokio::test]
async fn what_is_heard_twice_is_done_once_and_what_contradicts_is_told() {
    let kept = Kept::new();
    kept.ask().await;
    let id = *kept.memory().bookings.keys().next().unwrap();
    let number = InvoiceNumber::of(&ticketing::NAME.parse().unwrap(), id.uuid());
    let link = InvoiceLink { number, payment_url: "https://karcis.test/pay".into() };
    for _ in 0..2 {
        let heard = hear(&kept.ports(), id, &Happening::Paid(link.clone())).await.unwrap();
        assert!(matches!(heard, Heard::Now(booking) if booking.status == BookingStatus::Confirmed));
        assert_eq!(kept.memory().bookings[&id].version, 3);
    }
    let unknown = BookingId::new(Uuid::from_u128(999));
    assert!(matches!(hear(&kept.ports(), unknown, &Happening::Refunded).await.unwrap(), Heard::Unknown));
    kept.memory().bookings.get_mut(&id).unwrap().status = BookingStatus::Expired;
    // Money for a booking that gave up its seats must raise an alarm, and is not tried again.
    let paid = hear(&kept.ports(), id, &Happening::Paid(link)).await;
    assert!(matches!(paid, Err(Failure::Permanent(_))), "{paid:?}");
}

/// A seat that was just given up is asked of the organiser's system once it has released it, and not before.
#[tokio::test]
async fn a_seat_is_asked_for_once_its_last_hold_is_released_there() {
    let kept = Kept::new();
    kept.memory().organiser = Answer::No;
    assert_eq!(kept.ask().await.0, Some(Code::OrganiserRefused));
    kept.memory().organiser = Answer::Silence;
    let steps = vec!["timer", "hold", "release"];
    assert_eq!(kept.ask_as(user(8)).await, (Some(Code::OrganiserUnavailable), steps.clone()));
    assert_eq!(kept.memory().owners.len(), 0, "nothing is held that cannot be sold");
    kept.memory().organiser = Answer::Yes;
    let steps = [&*steps, &["hold", "organiser", "invoice", "work"]].concat();
    assert_eq!(kept.ask_as(user(8)).await, (None, steps));
}

/// Gives the seats of a paid booking to who waits; answers the offer's id.
async fn offered(kept: &Arc<Kept>) -> BookingId {
    kept.memory().invoice = Some(InvoiceStatus::Paid);
    kept.ask().await;
    let given_up = *kept.memory().bookings.keys().next().unwrap();
    kept.memory().lines.insert("A-1".into(), vec![waiter(8, 0), waiter(9, 1)]);
    hear(&kept.ports(), given_up, &Happening::GivenUp(None)).await.unwrap();
    kept.memory().invoice = Some(InvoiceStatus::Pending);
    kept.memory().asked.clear();
    kept.memory().owners["A-1"]
}

/// Handles the newest message about an offer.
async fn told(kept: &Arc<Kept>, offer: BookingId) -> Result<(), Failure> {
    let version = kept.memory().bookings[&offer].version;
    offer_seat(&kept.ports(), (&**kept, &**kept, &**kept), (offer, version)).await
}

/// Whoever waits loses nothing by others' faults, however long these last, and has the whole time to pay from when they
/// are told.
#[tokio::test]
async fn an_offer_outlasts_who_refuses_or_does_not_answer() {
    const TIME: i64 = 15 * 60_000;
    for (organiser, invoice, reported) in [
        (Answer::No, Some(InvoiceStatus::Pending), true),
        (Answer::Silence, Some(InvoiceStatus::Pending), false),
        (Answer::Yes, None, false),
    ] {
        let kept = Kept::new();
        let offer = offered(&kept).await;
        (kept.memory().organiser, kept.memory().invoice) = (organiser, invoice);
        for round in 1..=3 {
            let outcome = told(&kept, offer).await;
            assert_eq!(outcome.is_ok(), reported, "a refusal is an answer");
            kept.memory().now = round * TIME;
            let due = Timestamp::from_millis(round * TIME);
            expire_hold(&kept.ports(), &*kept, HoldTimer { booking_id: offer, due }).await.unwrap();
            let memory = kept.memory();
            let booking = &memory.bookings[&offer];
            assert_eq!((booking.status, memory.owners["A-1"]), (BookingStatus::Held, offer));
            assert_eq!(booking.hold_expires_at, Timestamp::from_millis((round + 1) * TIME));
        }
        kept.memory().asked.retain(|asked| *asked == "void");
        offer_seat(&kept.ports(), (&*kept, &*kept, &*kept), (offer, 1)).await.unwrap();
        assert!(kept.memory().asked.is_empty(), "an old message asks nobody: a newer one does");
        assert!(!kept.memory().asked.contains(&"void"), "nobody withdraws what was not asked for");
        assert_eq!(kept.memory().mismatches.is_empty(), !reported);
        (kept.memory().organiser, kept.memory().invoice) = (Answer::Yes, Some(InvoiceStatus::Pending));
        kept.memory().now += 60_000;
        told(&kept, offer).await.unwrap();
        let memory = kept.memory();
        let booking = &memory.bookings[&offer];
        assert_eq!(booking.status, BookingStatus::AwaitingPayment);
        assert_eq!(booking.hold_expires_at, Timestamp::from_millis(memory.now + TIME));
    }
}

#[tokio::test]
async fn an_offer_that_nobody_could_be_told_of_ends_with_the_sale() {
    let kept = Kept::new();
    let offer = offered(&kept).await;
    kept.memory().now = 86_400_000;
    let due = Timestamp::from_millis(86_400_000);
    expire_hold(&kept.ports(), &*kept, HoldTimer { booking_id: offer, due }).await.unwrap();
    assert_eq!(kept.memory().asked, ["void"]);
    assert_eq!(kept.memory().bookings[&offer].status, BookingStatus::Expired);
}

/// A refusal to confirm is a fact: the money goes back, the seats leave the sale, and the organiser is told. Once the
/// event has begun it is only told.
#[tokio::test]
async fn a_refused_confirmation_is_paid_back_in_time_and_reported_always() {
    for (now, status, seats) in [(0, BookingStatus::Refunding, 0), (86_400_000, BookingStatus::Confirmed, 2)] {
        let kept = Kept::new();
        kept.memory().invoice = Some(InvoiceStatus::Paid);
        kept.ask().await;
        let id = *kept.memory().bookings.keys().next().unwrap();
        (kept.memory().organiser, kept.memory().now) = (Answer::No, now);
        let on = || Arc::new(OrganiserPorts { ports: kept.ports(), organiser: kept.clone(), mismatches: kept.clone() });
        let change = kept.memory().bookings[&id].changed(None);
        for _ in 0..2 {
            settle_organiser_hold(on(), change.clone()).await.unwrap();
            assert_eq!(kept.only(), (status, seats));
        }
        let memory = kept.memory();
        assert!(memory.mismatches.iter().all(|kind| *kind == MismatchKind::OrganiserRefused));
        assert!(!memory.mismatches.is_empty());
        let reason = memory.bookings[&id].reason;
        assert_eq!(reason, (seats == 0).then_some(FailureReason::OrganiserRefused));
    }
}

/// A cancellation that finds the booking paid is one of a paid booking: its deadline counts.
#[tokio::test]
async fn money_that_came_past_the_deadline_is_not_promised_back() {
    for (hours, answer, status) in
        [(12, None, BookingStatus::Refunding), (36, Some(Code::NotCancellable), BookingStatus::Confirmed)]
    {
        let kept = Kept::new();
        kept.ask().await;
        let id = *kept.memory().bookings.keys().next().unwrap();
        kept.memory().voided = Some(InvoiceStatus::Paid);
        let notice = Duration::from_hours(hours);
        let outcome = cancel_booking(&kept.ports(), &*kept, notice, id, &buyer(user(7)), &Seen::Any, None).await;
        assert_eq!((outcome.err().map(|problem| problem.code()), kept.only().0), (answer, status));
    }
}
