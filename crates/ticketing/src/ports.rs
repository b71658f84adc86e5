//! What the rules need from the world.

use crate::domain::lapses::Barred;
use crate::domain::ticket::TicketClaim;
use crate::domain::{
    Block, BlockMap, Booking, Event, Layout, Named, SeatChange, SeatStatus, Transition, Waiter, Waiting,
};
use async_trait::async_trait;
use contracts::idempotency::Keys;
use contracts::{
    BookingChanged, BookingId, BookingStatus, CreateInvoice, EventId, EventNews, Failure, Invoice, InvoiceNumber,
    LiveState, Mismatch, Money, MovieId, Page, PageRequest, Reference, RefundAnswer, SeatLabel, Timestamp, UserId,
    World,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// The store of events and their seats.
#[async_trait]
pub trait Events: Keys {
    /// Stores a new event. MUST change nothing and answer `false` if an event with this id exists.
    async fn insert(&self, event: &Event) -> Result<bool, Failure>;

    /// Replaces an event. MUST change nothing and answer `false` if the stored event is no longer at the version of
    /// `before`.
    async fn update(&self, before: &Event, after: &Event) -> Result<bool, Failure>;

    /// Reads one event consistently. A deleted event does not exist here.
    async fn get(&self, id: EventId) -> Result<Option<Event>, Failure>;

    /// A page of the events that match, soonest first. `None` if the cursor is not one of ours. A page may hold fewer
    /// events than the limit although more follow.
    async fn list(&self, which: &EventQuery, asked: &PageRequest) -> Result<Option<Page<Event>>, Failure>;

    /// Reads an event's layout, consistently.
    async fn layout(&self, event: &Event) -> Result<Layout, Failure>;

    /// Reads all seats of a block consistently, in no particular order.
    async fn seats(&self, event: EventId, block: &Block) -> Result<Vec<Seat>, Failure>;

    /// Reads one seat consistently.
    async fn seat(&self, event: EventId, block: &str, label: &SeatLabel) -> Result<Option<Seat>, Failure>;

    /// Reprices or withdraws one open seat, in one write with the event. `block` is the seat's block and `after` the
    /// event, both as the edit leaves them. MUST change nothing unless the event is at the version of `before` and the
    /// seat is open.
    async fn edit_seat(
        &self,
        before: &Event,
        after: &Event,
        block: &Block,
        label: &SeatLabel,
        edit: SeatEdit,
    ) -> Result<Edited, Failure>;

    /// Begins one part of the closing of a cancelled event: `part`, or the next one if the closing begins anew. MUST
    /// let one chain of parts go on of all that were begun. A part that is delivered again is begun again.
    async fn begin_part(&self, event: EventId, part: Option<u64>, now: Timestamp) -> Result<Closing, Failure>;

    /// Withdraws the open ones of these seats and leaves the layout alone. Answers `true` if all of them were open.
    async fn withdraw(&self, event: EventId, seats: &[Seat]) -> Result<bool, Failure>;

    /// Puts back on sale the seats that [`Events::withdraw`] withdrew. Those that an organiser's system refused stay
    /// withdrawn.
    async fn reopen(&self, event: EventId, seats: &[Seat]) -> Result<(), Failure>;

    /// Writes the seats of new blocks, then lists the blocks in the layout. MUST list all of them or none, and answer
    /// `false` if the event is no longer at the version of `before`. Seats written before a failure MUST stay unseen.
    async fn add_blocks(&self, before: &Event, after: &Event, blocks: &[Block]) -> Result<bool, Failure>;
}

/// A filter for events.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EventQuery {
    /// Only events that begin at this time or later.
    pub from: Timestamp,
    /// Only events that begin before this time, if given.
    pub until: Option<Timestamp>,
    /// Title, venue or city contain this, folded.
    pub text: Option<String>,
    /// Only events in this city, as they write it.
    pub city: Option<String>,
    /// Only screenings of this movie.
    pub movie: Option<MovieId>,
    /// Only events of this organiser.
    pub organiser: Option<UserId>,
}

/// A seat as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// Its label.
    pub label: SeatLabel,
    /// Its block's id.
    pub block: String,
    /// Its status.
    pub status: SeatStatus,
    /// What it costs.
    pub price: Money,
    /// The booking that holds or owns it, if any.
    pub booking: Option<BookingId>,
    /// How many people wait for it. An open seat that somebody waits for is owed to them: it was given up while its
    /// event did not sell.
    pub waiters: u64,
    /// The bookings that gave it up, and whose holds the organiser's system has not said to be released.
    #[serde(default)]
    pub unreleased: BTreeSet<BookingId>,
    /// Did the organiser's system refuse it to a buyer who had paid? Then it stays off the sale.
    #[serde(default)]
    pub refused_by_organiser: bool,
    /// Grows by one with every edit.
    pub version: u64,
}

impl contracts::Versioned for Seat {
    fn version(&self) -> u64 {
        self.version
    }
}

/// What an organiser may do to an open seat.
#[derive(Debug, Clone, Copy)]
pub enum SeatEdit {
    /// Gives it a price of its own.
    Reprice(Money),
    /// Takes it off the plan. The number is the seat's place in its block.
    Withdraw(usize),
}

/// The outcome of an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edited {
    /// It is done.
    Done,
    /// The event changed meanwhile.
    EventMoved,
    /// The seat is not open.
    NotOpen,
}

/// An event and its layout, as of a moment ago.
#[derive(Debug)]
pub struct Plan {
    /// The event.
    pub event: Event,
    /// Its seats.
    pub layout: Arc<Layout>,
}

/// What a function shows to everybody, or refuses by, may be this old. So it reads once in this time, however many
/// ask.
pub const A_MOMENT: Duration = Duration::from_secs(1);
/// How long a function sells from the same plan before it reads the event again.
pub const PLAN_LIFE: Duration = Duration::from_secs(5);
/// How much the clocks of two functions may differ. This is assumed: AWS says nothing of Lambda's.
const CLOCKS: Duration = Duration::from_secs(1);

/// When a change of an event that was written by `now` is in force everywhere: whatever is booked from then on is sold
/// by it. Before that, `book` may sell from a plan that it still keeps.
pub fn in_force(now: Timestamp) -> Timestamp {
    now + PLAN_LIFE + CLOCKS
}

/// Events and layouts as they were a few seconds ago, kept in the function. The conditions of a sale are checked at the
/// seat itself, never here.
#[async_trait]
pub trait Plans: Send + Sync {
    /// The plan of an event, read less than `age` ago. Use [`PLAN_LIFE`] to sell, [`A_MOMENT`] to refuse, and zero
    /// where a seat has shown that the plan is old.
    async fn plan(&self, id: EventId, age: Duration) -> Result<Option<Arc<Plan>>, Failure>;
}

/// Events as everybody may see them, up to [`A_MOMENT`] old.
#[async_trait]
pub trait ShownEvents: Send + Sync {
    /// The event.
    async fn shown(&self, id: EventId) -> Result<Option<Event>, Failure>;

    /// A page of these events, as [`Events::list`] has it.
    async fn list(&self, which: &EventQuery, asked: &PageRequest) -> Result<Option<Page<Event>>, Failure>;
}

/// Seat maps as everybody may see them, up to [`A_MOMENT`] older than the store has them.
#[async_trait]
pub trait ShownMaps: Send + Sync {
    /// The maps of an event's blocks, by ordinal. Empty if the event has no seats.
    async fn shown(&self, event: EventId) -> Result<Arc<Vec<BlockMap>>, Failure>;
}

/// The packed seat maps.
#[async_trait]
pub trait SeatMaps: Send + Sync {
    /// The maps of an event's blocks, by ordinal. Empty if the event has no seats.
    async fn read(&self, event: EventId) -> Result<Vec<BlockMap>, Failure>;

    /// Applies changes of one block, given in the stream's order; answers the map as it is now, if there is one. MUST
    /// skip changes that were applied before.
    async fn apply(&self, changes: &[SeatChange]) -> Result<Option<BlockMap>, Failure>;
}

/// Those who watch how things stand.
#[async_trait]
pub trait Live: Send + Sync {
    /// Tells them these states, in no order.
    async fn tell(&self, states: &[LiveState]) -> Result<(), Failure>;
}

/// Which bookings of an event: those for which all that is given holds.
#[derive(Debug, Clone, Default)]
pub struct BookingQuery {
    /// In this status.
    pub status: Option<BookingStatus>,
    /// With this reference.
    pub reference: Option<Reference>,
}

/// The bookings that gave seats up and whose holds an organiser's system may still have, by seat.
pub type Unreleased = BTreeMap<SeatLabel, BTreeSet<BookingId>>;

/// On what terms seats are held.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// The most seats of the event that the buyer may have.
    pub limit: u32,
    /// Those who were released since an organiser's system may have held their seats.
    pub released: Unreleased,
    /// If given: which other live bookings of the event the buyer may have.
    pub others: Option<Others>,
    /// How long a buyer cannot hold what they let lapse, the first time: see [`Lapses`]. Zero: they can at once.
    ///
    /// [`Lapses`]: crate::domain::lapses::Lapses
    pub lapse_pause: Duration,
}

/// Which live bookings of an event a buyer may have beside a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Others {
    /// Nobody looked. There must be fewer than so many.
    FewerThan(usize),
    /// These, as they were looked at, and no others.
    Are(BTreeSet<BookingId>),
}

impl Others {
    /// Do these live bookings agree with it?
    pub fn are(&self, bookings: &BTreeSet<BookingId>) -> bool {
        match self {
            Self::FewerThan(most) => bookings.len() < *most,
            Self::Are(known) => known == bookings,
        }
    }
}

/// The outcome of a hold.
#[derive(Debug)]
pub enum Hold {
    /// All seats are held, and the booking is kept.
    Held,
    /// A booking with this id exists, and nothing was changed.
    Exists(Box<Booking>),
    /// These seats are not open.
    Taken(Vec<SeatLabel>),
    /// These seats are open, but the organiser's system may still hold them for others.
    Unreleased(Unreleased),
    /// The price of a seat has changed, or a seat is gone.
    Outdated,
    /// The buyer would have more seats of this event than the limit allows.
    LimitReached,
    /// The buyer has other live bookings of this event than [`Terms::others`] says.
    NotAlone,
    /// The buyer let seats lapse, and cannot hold these yet.
    LetLapse(Barred),
}

/// Seats that pass from a booking to a person who waits for them.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The new booking, which holds those seats.
    pub booking: Booking,
    /// The buyer's place in the line of each seat, in the order of the booking's seats.
    pub places: Vec<u64>,
}

/// Where the seats of a booking go when it gives them up. Seats that are not offered become open.
#[derive(Debug, Clone, Default)]
pub struct Release {
    /// The offers to people who wait for the seats.
    pub offers: Vec<Offer>,
    /// The most seats of the event that one buyer may have.
    pub limit: u32,
    /// The event never sells again: seats become open even if somebody waits.
    pub sale_is_over: bool,
    /// The seats that become open although somebody waits for them, because the event does not sell now. Nobody can
    /// hold them before they are offered to their lines, once it sells again.
    pub owed: Vec<SeatLabel>,
}

/// A seat that became open while its event did not sell, although somebody waited for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// The event.
    pub event_id: EventId,
    /// The seat.
    pub seat: SeatLabel,
    /// The booking that gave it up.
    pub booking: BookingId,
}

/// The outcome of a change.
#[derive(Debug)]
pub enum Changed {
    /// The change is written. This is the booking after it.
    Done(Box<Booking>),
    /// Somebody else changed the booking first.
    Moved,
    /// Somebody waits for these seats, but the change offered them to nobody.
    Waited(Vec<SeatLabel>),
    /// A line changed, or a person who waits has reached the limit of seats: read the lines again.
    LineMoved,
}

/// The store of bookings, with the seats that they hold or own.
#[async_trait]
pub trait Bookings: Keys {
    /// Stores a new booking and holds all its seats, or does neither. Each seat must be open, at its price, and held by
    /// no organiser's system, and the terms must be met. [`Hold::Exists`] takes precedence over every other refusal.
    async fn hold(&self, booking: &Booking, terms: &Terms) -> Result<Hold, Failure>;

    /// Reads one, consistently.
    async fn get(&self, id: BookingId) -> Result<Option<Booking>, Failure>;

    /// Writes a change of `before`, its seats and the offers of them, all at once, or changes nothing. MUST NOT open a
    /// seat that somebody waits for, unless the sale is over. MUST fail if a seat does not belong to this booking.
    async fn change(
        &self,
        before: &Booking,
        change: &Transition,
        now: Timestamp,
        release: &Release,
    ) -> Result<Changed, Failure>;

    /// Gives an open seat that is owed to its line to `offer`, whose buyer is the first in it. Does nothing and answers
    /// `false` if the seat, the line or the buyer's count is not as it was read.
    async fn hand_over(&self, owed: &Owed, offer: &Offer, limit: u32) -> Result<bool, Failure>;

    /// The seats that are owed to their lines, those of one event together.
    async fn owed(&self) -> Result<Vec<Owed>, Failure>;

    /// Forgets that a seat is owed to its line.
    async fn no_longer_owed(&self, owed: &Owed) -> Result<(), Failure>;

    /// A page of an event's bookings, newest first. `None`: the cursor is not one of ours.
    async fn of_event(
        &self,
        event: EventId,
        which: &BookingQuery,
        asked: &PageRequest,
    ) -> Result<Option<Page<Booking>>, Failure>;

    /// Reads many bookings consistently, in no particular order.
    async fn get_all(&self, ids: &[BookingId]) -> Result<Vec<Booking>, Failure>;

    /// Counts the bookings of an event that did not stay confirmed, by reason or by status.
    async fn endings(&self, event: EventId) -> Result<BTreeMap<String, u64>, Failure>;

    /// The live bookings of this buyer for an event.
    async fn of_buyer_for(&self, buyer: UserId, event: EventId) -> Result<Vec<Booking>, Failure>;

    /// The live bookings of this buyer, including those of past events.
    async fn of_buyer(&self, buyer: UserId) -> Result<Vec<BookingId>, Failure>;

    /// Notes that the organiser's system has released this booking's hold, which gave its seats up.
    async fn released(&self, booking: &Booking) -> Result<(), Failure>;

    /// Erases the buyer's name.
    async fn forget_name(&self, id: BookingId) -> Result<(), Failure>;

    /// Bookings that are not finished, and should have been before this time: see [`Booking::due`]. At most so many of
    /// each part of the store. It may lag behind by a moment.
    async fn unfinished(&self, before: Timestamp, of_each_part: u32) -> Result<Vec<Booking>, Failure>;

    /// Has an unfinished booking published once more, as it is, and says when that may be done again. Does nothing and
    /// answers `false` if it is finished, or should not have been before `before`, or was published again meanwhile.
    async fn tell_again(&self, id: BookingId, before: Timestamp, next: Timestamp) -> Result<bool, Failure>;

    /// Takes a booking for which nothing is left to do off the list of unfinished ones. Does nothing if it changed.
    async fn nothing_is_left(&self, booking: &Booking) -> Result<(), Failure>;

    /// Notes that the ticket of a confirmed booking of this version is there, or, if it is not `named`, that it needs
    /// none, so that the booking is finished. Does nothing and answers `false` if it changed meanwhile, or if its buyer
    /// was forgotten.
    async fn printed(&self, id: BookingId, version: u64, named: bool) -> Result<bool, Failure>;

    /// Notes on a held booking that payments did not answer, so that the booking can give this reason when it ends.
    /// Does nothing if the booking changed meanwhile.
    async fn note_payment_unavailable(&self, booking: &Booking) -> Result<(), Failure>;
}

/// The waiting lists, one for each seat that is taken.
#[async_trait]
pub trait Lines: Send + Sync {
    /// Adds a user at the end of a seat's line, or answers the place that they already have. MUST number places in the
    /// order of joining. MUST refuse a seat that is free or belongs to this user.
    async fn join(&self, world: &dyn World, new: &Waiting, who: &Waiter) -> Result<Joined, Failure>;

    /// Removes a user from a line. Does nothing if they are not in it.
    async fn leave(&self, user: UserId, event: EventId, label: &SeatLabel) -> Result<(), Failure>;

    /// The first person in the line.
    async fn first(&self, event: EventId, label: &SeatLabel) -> Result<Option<Waiter>, Failure>;

    /// Everybody in the line, in the order of joining.
    async fn all(&self, event: EventId, label: &SeatLabel) -> Result<Vec<Waiter>, Failure>;

    /// The position in the line, counted from 1, of the person who has this place. `None` if nobody has it.
    async fn position(&self, event: EventId, label: &SeatLabel, place: u64) -> Result<Option<u64>, Failure>;

    /// The lines that a user is in, in no particular order.
    async fn of_user(&self, user: UserId) -> Result<Vec<Waiting>, Failure>;

    /// Gives a user this name in a line, if they stand in it under an earlier one.
    async fn rename(&self, user: UserId, at: &Waiting, named: &Named) -> Result<(), Failure>;

    /// Takes a place out of the line of the seat of this label, in this block, if it is still there.
    async fn drop_place(&self, event: EventId, seat: (&str, &SeatLabel), waiter: &Waiter) -> Result<(), Failure>;

    /// Were the lines of this event closed for good?
    async fn are_closed(&self, event: EventId) -> Result<bool, Failure>;

    /// Notes that the lines of an event are closed for good.
    async fn close(&self, event: EventId, now: Timestamp) -> Result<(), Failure>;

    /// How many seats of an event a user holds or owns.
    async fn seats_of(&self, user: UserId, event: EventId) -> Result<u32, Failure>;
}

/// The outcome of joining a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joined {
    /// The user has this place, given now or before.
    At(u64),
    /// The user joined, and was offered the seat before their place could be read.
    Served,
    /// The seat is free by now, or belongs to this user: read it again.
    SeatMoved,
}

/// The store of mismatches that reconciliation found.
#[async_trait]
pub trait Mismatches: Send + Sync {
    /// Stores a mismatch. Answers whether it is new.
    async fn record(&self, found: &Mismatch) -> Result<bool, Failure>;

    /// All mismatches of an event.
    async fn of_event(&self, event: EventId) -> Result<Vec<Mismatch>, Failure>;
}

/// What an organiser's system says to a hold, or to confirming it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganiserAnswer {
    /// It agrees.
    Agreed,
    /// It refuses.
    Refused,
}

/// The outside system that really runs an event. All three calls are idempotent by booking.
#[async_trait]
pub trait OrganiserSystem: Send + Sync {
    /// Asks for a hold. A failure is not a refusal.
    async fn hold(&self, booking: &Booking) -> Result<OrganiserAnswer, Failure>;

    /// Makes a hold final. It refuses if it has no such hold, or has given the seats to somebody else.
    async fn confirm(&self, booking: &Booking) -> Result<OrganiserAnswer, Failure>;

    /// Releases a booking's hold in the system at this address, or in the house's own. This also works for a hold that
    /// the system never saw.
    async fn release(&self, booking: BookingId, organiser_url: Option<&str>) -> Result<(), Failure>;
}

/// The payments service.
#[async_trait]
pub trait Payments: Send + Sync {
    /// Asks for an invoice. The same request answers the same invoice in its present state.
    async fn create_invoice(&self, asked: &CreateInvoice) -> Result<Invoice, Failure>;

    /// Voids an invoice, even before it is made, and answers its present state, which is never `PENDING`.
    async fn void_invoice(&self, number: &InvoiceNumber) -> Result<Invoice, Failure>;

    /// Has a paid invoice paid back. MUST have the money paid back once, even if it is asked several times.
    async fn refund_invoice(&self, number: &InvoiceNumber) -> Result<RefundAnswer, Failure>;

    /// The invoices of this service that were made since then.
    async fn invoices(&self, since: Timestamp) -> Result<Vec<Invoice>, Failure>;
}

/// The catalogue.
#[async_trait]
pub trait Catalogue: Send + Sync {
    /// Is there such a movie?
    async fn has_movie(&self, id: MovieId) -> Result<bool, Failure>;
}

/// The timers of holds.
#[async_trait]
pub trait Timers: Send + Sync {
    /// Starts a timer that has a booking checked once `due` has come.
    async fn start(&self, booking: BookingId, due: Timestamp, now: Timestamp) -> Result<(), Failure>;
}

/// The work queue of payments.
#[async_trait]
pub trait PaymentQueue: Send + Sync {
    /// Asks for an invoice to be settled.
    async fn request_payment(&self, invoice: &InvoiceNumber) -> Result<(), Failure>;
}

/// What became of the wish to begin a part of an event's closing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// This part is begun.
    Begun(u64),
    /// Another part began a short time ago, and may go on by itself.
    GoesOn,
    /// A later part was begun: this one is done.
    Passed,
}

/// For so long after a part of a closing began, the next one is awaited. It is longer than a part may take.
pub const PART_TAKES: Duration = Duration::from_mins(2);

/// The queue of events to be closed.
#[async_trait]
pub trait ClosingQueue: Send + Sync {
    /// Asks for this part of an event's closing after `delay`, or for the closing to begin.
    async fn close_event(&self, event: EventId, part: Option<u64>, delay: Duration) -> Result<(), Failure>;
}

/// A part of the bookings of an event that was moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MovedPart {
    /// The event.
    pub event_id: EventId,
    /// How often all its bookings were looked at since.
    pub looks: u32,
    /// The bookings after this one. From the first, if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<BookingId>,
}

/// The queue of events that were moved.
#[async_trait]
pub trait MovingQueue: Send + Sync {
    /// Asks for a part of an event's bookings to be moved with it, after `delay`.
    async fn move_bookings(&self, part: &MovedPart, delay: Duration) -> Result<(), Failure>;
}

/// A user who changed their name, to be looked at again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Renamed {
    /// Who.
    pub user_id: UserId,
    /// Their name.
    pub name: String,
    /// The version of their account with which they got it.
    pub name_version: u64,
}

/// The queue of users who changed their name.
#[async_trait]
pub trait RenamingQueue: Send + Sync {
    /// Asks for their bookings to be looked at once more, when no request knows an earlier name any more.
    async fn look_again(&self, renamed: &Renamed) -> Result<(), Failure>;
}

/// The topic that publishes changes of bookings.
#[async_trait]
pub trait BookingTopic: Send + Sync {
    /// Publishes changes in order. Answers how many of them, counted from the first, were published.
    async fn publish(&self, changes: &[BookingChanged]) -> (usize, Result<(), Failure>);
}

/// The topic that publishes news of events.
#[async_trait]
pub trait EventTopic: Send + Sync {
    /// Publishes news in order. Answers how many of them, counted from the first, were published.
    async fn publish(&self, news: &[EventNews]) -> (usize, Result<(), Failure>);
}

/// A link that opens a ticket without sign-in, for a limited time.
#[derive(Debug, Clone)]
pub struct TicketLink {
    /// Its address.
    pub url: String,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// What is asked of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// The ticket.
    Whole,
    /// Only what is said of it, as programs do that check links.
    Head,
}

/// The store of tickets.
#[async_trait]
pub trait Tickets: Send + Sync {
    /// Stores a ticket. Storing it again is harmless.
    async fn put(&self, booking: BookingId, pdf: Vec<u8>) -> Result<(), Failure>;

    /// Erases a ticket, if there is one.
    async fn erase(&self, booking: BookingId) -> Result<(), Failure>;

    /// A link to a ticket, good for `life`; `None` when there is no ticket yet. It answers what is `asked`, and nothing
    /// else: a signature is for one method.
    async fn link(
        &self,
        booking: BookingId,
        asked: Asked,
        now: Timestamp,
        life: Duration,
    ) -> Result<Option<TicketLink>, Failure>;
}

/// The signed codes of seats.
pub trait TicketCodes: Send + Sync {
    /// What a seat's QR code says; the same claim always gets the same code.
    fn code(&self, claim: &TicketClaim) -> Result<String, Failure>;
}

/// The printer of tickets.
pub trait TicketPrinter: Send + Sync {
    /// Draws a ticket as PDF, with this name on it.
    fn print(&self, booking: &BookingChanged, name: &str) -> Result<Vec<u8>, Failure>;
}
