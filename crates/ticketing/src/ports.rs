//! What the rules need from the world.

use crate::domain::{
    Block, BlockMap, BookedSeat, Booking, Event, Layout, SeatChange, SeatStatus, Transition, Waiter, Waiting,
};
use async_trait::async_trait;
use contracts::{
    BookingChanged, BookingId, CreateInvoice, EventId, EventNews, Failure, Invoice, InvoiceNumber, Mismatch, Money,
    MovieId, Page, PageRequest, SeatLabel, Timestamp, UserId, World,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// The events kept, with their seats.
#[async_trait]
pub trait Events: Send + Sync {
    /// Keeps a new event. MUST change nothing and answer `false` when there is one of its id.
    async fn insert(&self, event: &Event) -> Result<bool, Failure>;

    /// Writes an event anew. MUST change nothing and answer `false` when it is not at the version `before` any more.
    async fn update(&self, before: &Event, after: &Event) -> Result<bool, Failure>;

    /// Reads one, consistently; one that was deleted is not there.
    async fn get(&self, id: EventId) -> Result<Option<Event>, Failure>;

    /// A page of these events, soonest first. `None`: the cursor is not one of ours. A page may hold fewer than there
    /// are.
    async fn list(&self, which: &EventQuery, asked: &PageRequest) -> Result<Option<Page<Event>>, Failure>;

    /// Reads an event's layout, consistently.
    async fn layout(&self, event: &Event) -> Result<Layout, Failure>;

    /// Reads a block's seats as they are, consistently and in no order.
    async fn seats(&self, event: EventId, block: &Block) -> Result<Vec<Seat>, Failure>;

    /// Reads one seat as it is, consistently.
    async fn seat(&self, event: EventId, block: &str, label: &SeatLabel) -> Result<Option<Seat>, Failure>;

    /// Reprices or withdraws one open seat of `block`, which is `after`'s as the edit leaves it, together with the
    /// event. MUST change nothing unless the event is at `before`'s version and the seat open.
    async fn edit_seat(
        &self,
        before: &Event,
        after: &Event,
        block: &Block,
        label: &SeatLabel,
        edit: SeatEdit,
    ) -> Result<Edited, Failure>;

    /// Withdraws those of these seats that are open, without touching the layout; answers whether all were.
    async fn withdraw(&self, event: EventId, seats: &[Seat]) -> Result<bool, Failure>;

    /// Puts seats that [`Events::withdraw`] took back on sale.
    async fn reopen(&self, event: EventId, seats: &[Seat]) -> Result<(), Failure>;

    /// Writes the seats of new blocks, then lists the blocks in the layout. MUST list all or none, and answer `false`
    /// when the event is not at the version `before` any more. What was written before a failure MUST stay unseen.
    async fn add_blocks(&self, before: &Event, after: &Event, blocks: &[Block]) -> Result<bool, Failure>;
}

/// Which events.
#[derive(Debug, Clone)]
pub struct EventQuery {
    /// Not before this.
    pub from: Timestamp,
    /// Before this, if given.
    pub until: Option<Timestamp>,
    /// Part of the title, in small letters.
    pub title: Option<String>,
    /// Screenings of this movie alone.
    pub movie: Option<MovieId>,
}

/// A seat as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// Its label.
    pub label: SeatLabel,
    /// Its block's id.
    pub block: String,
    /// Where it stands.
    pub status: SeatStatus,
    /// What it costs.
    pub price: Money,
    /// Whose it is, unless it is open.
    pub booking: Option<BookingId>,
    /// How many wait for it.
    pub waiters: u64,
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
    /// Takes it off the plan; it is at this place of its block.
    Withdraw(usize),
}

/// What became of an edit.
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
    pub layout: Layout,
}

/// Events and layouts as they were a few seconds ago, kept in the function. What a sale depends on is checked where
/// the seat is, never here.
#[async_trait]
pub trait Plans: Send + Sync {
    /// The plan of an event; `fresh` reads it anew.
    async fn plan(&self, id: EventId, fresh: bool) -> Result<Option<Arc<Plan>>, Failure>;
}

/// The packed seat maps.
#[async_trait]
pub trait SeatMaps: Send + Sync {
    /// The maps of an event's blocks, by ordinal; nothing of an event without seats.
    async fn read(&self, event: EventId) -> Result<Vec<BlockMap>, Failure>;

    /// Applies changes of one block, which are in the stream's order. MUST pass over what was applied before.
    async fn apply(&self, changes: &[SeatChange]) -> Result<(), Failure>;
}

/// What became of a hold.
#[derive(Debug)]
pub enum Hold {
    /// All seats are held, and the booking is kept.
    Held,
    /// There is a booking of this id, and nothing was changed.
    Exists(Box<Booking>),
    /// These seats are not open.
    Taken(Vec<SeatLabel>),
    /// A seat's price is another by now, or a seat is gone.
    Outdated,
    /// The buyer would have more seats of this event than one may.
    LimitReached,
}

/// Seats that go from a booking to one who waits for them.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The new booking, of those seats.
    pub booking: Booking,
    /// Where the buyer stands in the line of each seat, in the order of the booking's seats.
    pub places: Vec<u64>,
}

/// Where the seats go that a booking gives up: those not offered become open.
#[derive(Debug, Clone, Default)]
pub struct Release {
    /// To whom waits for them.
    pub offers: Vec<Offer>,
    /// The most seats of the event that one buyer may have.
    pub limit: u32,
    /// The event sells no more: seats become open although somebody waits.
    pub sale_is_over: bool,
}

/// What became of a change.
#[derive(Debug)]
pub enum Changed {
    /// The booking after it.
    Done(Box<Booking>),
    /// Somebody else changed the booking first.
    Moved,
    /// Somebody waits for these seats, and they were not offered.
    Waited(Vec<SeatLabel>),
    /// A line moved on, or one who waits has as many seats as they may: ask the lines again.
    LineMoved,
}

/// The bookings kept, with their seats.
#[async_trait]
pub trait Bookings: Send + Sync {
    /// Holds all seats of a new booking and keeps it, or neither: each seat open and at its price, the buyer's seats
    /// of this event at most `limit`. That a booking of this id exists outranks all else.
    async fn hold(&self, booking: &Booking, limit: u32) -> Result<Hold, Failure>;

    /// Reads one, consistently.
    async fn get(&self, id: BookingId) -> Result<Option<Booking>, Failure>;

    /// Writes a change of `before`, of its seats, and of where they go, as one, or changes nothing. MUST NOT make a
    /// seat open that somebody waits for, unless the sale is over. MUST fail when a seat is not this booking's.
    async fn change(
        &self,
        before: &Booking,
        change: &Transition,
        now: Timestamp,
        release: &Release,
    ) -> Result<Changed, Failure>;

    /// A page of an event's bookings, newest first. `None`: the cursor is not one of ours.
    async fn of_event(&self, event: EventId, asked: &PageRequest) -> Result<Option<Page<Booking>>, Failure>;

    /// Reads many, consistently and in no order.
    async fn get_all(&self, ids: &[BookingId]) -> Result<Vec<Booking>, Failure>;

    /// How an event's bookings ended that did not stay confirmed: how many, by reason or status.
    async fn endings(&self, event: EventId) -> Result<BTreeMap<String, u64>, Failure>;

    /// How many seats of events to come this buyer holds or owns.
    async fn live_seats(&self, buyer: UserId, now: Timestamp) -> Result<u64, Failure>;

    /// The live bookings of this buyer, past events' too.
    async fn of_buyer(&self, buyer: UserId) -> Result<Vec<BookingId>, Failure>;

    /// Erases the buyer's name.
    async fn forget_name(&self, id: BookingId) -> Result<(), Failure>;

    /// Notes on a held booking that payments did not answer, so that its end can say so. Does nothing if it changed.
    async fn note_payment_unavailable(&self, booking: &Booking) -> Result<(), Failure>;
}

/// The waiting lists, one for each seat that is taken.
#[async_trait]
pub trait Lines: Send + Sync {
    /// Joins the line of a seat at its end, or answers the place that this user has in it already. MUST number places
    /// in the order of joining, and let nobody join for a seat that is free or their own.
    async fn join(&self, world: &dyn World, new: &Waiting, who: &Waiter) -> Result<Joined, Failure>;

    /// Leaves a line, whether one stands in it or not.
    async fn leave(&self, user: UserId, event: EventId, label: &SeatLabel) -> Result<(), Failure>;

    /// Who is first.
    async fn first(&self, event: EventId, label: &SeatLabel) -> Result<Option<Waiter>, Failure>;

    /// All who wait, first come first.
    async fn all(&self, event: EventId, label: &SeatLabel) -> Result<Vec<Waiter>, Failure>;

    /// The how-manieth one is at this place; `None` when nobody is there.
    async fn position(&self, event: EventId, label: &SeatLabel, place: u64) -> Result<Option<u64>, Failure>;

    /// The lines a user stands in, in no particular order.
    async fn of_user(&self, user: UserId) -> Result<Vec<Waiting>, Failure>;

    /// Takes a place out of a line, if it is still there.
    async fn drop_place(&self, event: EventId, seat: &BookedSeat, waiter: &Waiter) -> Result<(), Failure>;

    /// How many seats of an event a user holds or owns.
    async fn seats_of(&self, user: UserId, event: EventId) -> Result<u32, Failure>;
}

/// What became of joining a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joined {
    /// At this place, now or before.
    At(u64),
    /// They joined, and were offered the seat before this could be told.
    Served,
    /// The seat is free by now, or one's own: look again.
    SeatMoved,
}

/// What reconciliation found.
#[async_trait]
pub trait Mismatches: Send + Sync {
    /// Keeps one; answers whether it is new.
    async fn record(&self, found: &Mismatch) -> Result<bool, Failure>;

    /// All of an event.
    async fn of_event(&self, event: EventId) -> Result<Vec<Mismatch>, Failure>;
}

/// What an organiser's system says to a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganiserAnswer {
    /// It agrees.
    Agreed,
    /// It refuses.
    Refused,
}

/// The outside system that really runs an event. All three are idempotent by booking.
#[async_trait]
pub trait OrganiserSystem: Send + Sync {
    /// Asks for a hold. A failure is no refusal.
    async fn hold(&self, booking: &Booking) -> Result<OrganiserAnswer, Failure>;

    /// Makes a hold final.
    async fn confirm(&self, booking: &Booking) -> Result<(), Failure>;

    /// Gives a booking's hold back at the system of this address, or the house's; also one that it never saw.
    async fn release(&self, booking: BookingId, organiser_url: Option<&str>) -> Result<(), Failure>;
}

/// The payments service.
#[async_trait]
pub trait Payments: Send + Sync {
    /// Asks for an invoice. The same request answers the same invoice, as it is by now.
    async fn create_invoice(&self, asked: &CreateInvoice) -> Result<Invoice, Failure>;

    /// Withdraws an invoice, made or not, and answers it as it is now. Never `PENDING`.
    async fn void_invoice(&self, number: &InvoiceNumber) -> Result<Invoice, Failure>;

    /// Has a paid invoice's money paid back, and answers the invoice: `REFUNDED`, now or before.
    async fn refund_invoice(&self, number: &InvoiceNumber) -> Result<Invoice, Failure>;

    /// The caller's invoices made since then.
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
    /// Has a booking looked at, once `due` has come.
    async fn start(&self, booking: BookingId, due: Timestamp, now: Timestamp) -> Result<(), Failure>;
}

/// The queue of payments' work.
#[async_trait]
pub trait PaymentQueue: Send + Sync {
    /// Asks for an invoice to be settled.
    async fn request_payment(&self, invoice: &InvoiceNumber) -> Result<(), Failure>;
}

/// The queue of events to be closed.
#[async_trait]
pub trait ClosingQueue: Send + Sync {
    /// Has an event closed, after `delay`.
    async fn close_event(&self, event: EventId, delay: Duration) -> Result<(), Failure>;
}

/// The topic that tells of bookings.
#[async_trait]
pub trait BookingTopic: Send + Sync {
    /// Tells of bookings, in order; answers how many of them, from the first, were told.
    async fn publish(&self, changes: &[BookingChanged]) -> (usize, Result<(), Failure>);
}

/// The topic that tells of events.
#[async_trait]
pub trait EventTopic: Send + Sync {
    /// Tells of events, in order; answers how many of the news, from the first, were told.
    async fn publish(&self, news: &[EventNews]) -> (usize, Result<(), Failure>);
}

/// A link that opens a ticket without sign-in, for a while.
#[derive(Debug, Clone)]
pub struct TicketLink {
    /// Where.
    pub url: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// The tickets kept.
#[async_trait]
pub trait Tickets: Send + Sync {
    /// Keeps a ticket; again is harmless.
    async fn put(&self, booking: BookingId, pdf: Vec<u8>) -> Result<(), Failure>;

    /// Erases a ticket, whether there is one or not.
    async fn erase(&self, booking: BookingId) -> Result<(), Failure>;

    /// A link to a ticket, good for `life`; `None` when there is no ticket yet.
    async fn link(&self, booking: BookingId, now: Timestamp, life: Duration) -> Result<Option<TicketLink>, Failure>;
}

/// The one who draws tickets.
pub trait TicketPrinter: Send + Sync {
    /// A ticket as PDF, in this name.
    fn print(&self, booking: &BookingChanged, name: &str) -> Result<Vec<u8>, Failure>;
}
