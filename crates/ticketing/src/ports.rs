//! What the rules need from the world.

use crate::domain::{Block, BlockMap, Booking, Event, Layout, SeatChange, Transition};
use async_trait::async_trait;
use contracts::{
    BookingChanged, BookingId, CreateInvoice, EventId, Failure, Invoice, InvoiceNumber, SeatLabel, Timestamp,
};
use std::sync::Arc;
use std::time::Duration;

/// The events kept, with their seats.
#[async_trait]
pub trait Events: Send + Sync {
    /// Keeps a new event.
    async fn insert(&self, event: &Event) -> Result<(), Failure>;

    /// Reads one, consistently.
    async fn get(&self, id: EventId) -> Result<Option<Event>, Failure>;

    /// Events that begin in `[from, until)`, soonest first, at most `limit`, whose title holds `title` (in small
    /// letters) if given; and the cursor of the next page. `None`: the cursor is not one of ours. A page may hold
    /// fewer than there are.
    async fn list(&self, asked: &EventQuery) -> Result<Option<EventPage>, Failure>;

    /// Reads an event's layout, consistently.
    async fn layout(&self, event: &Event) -> Result<Layout, Failure>;

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
    /// 1 to 100.
    pub limit: i32,
    /// Where to go on.
    pub cursor: Option<String>,
}

/// Some events.
#[derive(Debug)]
pub struct EventPage {
    /// Soonest first.
    pub events: Vec<Event>,
    /// Where the next page begins, if there is one.
    pub next_cursor: Option<String>,
}

/// An event and its layout, as of a moment ago.
pub type Plan = Arc<(Event, Layout)>;

/// Events and layouts as they were a few seconds ago, kept in the function. What a sale depends on is checked where
/// the seat is, never here.
#[async_trait]
pub trait Plans: Send + Sync {
    /// The plan of an event; `fresh` reads it anew.
    async fn plan(&self, id: EventId, fresh: bool) -> Result<Option<Plan>, Failure>;
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

/// The bookings kept, with their seats.
#[async_trait]
pub trait Bookings: Send + Sync {
    /// Holds all seats of a new booking and keeps it, or neither: each seat open and at its price, the buyer's seats
    /// of this event at most `limit`. That a booking of this id exists outranks all else.
    async fn hold(&self, booking: &Booking, limit: u32) -> Result<Hold, Failure>;

    /// Reads one, consistently.
    async fn get(&self, id: BookingId) -> Result<Option<Booking>, Failure>;

    /// Writes a change of `before` and its seats, as one. MUST change nothing and answer `None` when the booking is
    /// not as `before` any more. MUST fail when a seat is not this booking's.
    async fn change(&self, before: &Booking, change: &Transition, now: Timestamp) -> Result<Option<Booking>, Failure>;

    /// Notes on a held booking that payments did not answer, so that its end can say so. Does nothing if it changed.
    async fn note_payment_unavailable(&self, booking: &Booking) -> Result<(), Failure>;
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

    /// Gives a hold back, also one that it never saw.
    async fn release(&self, booking: &Booking) -> Result<(), Failure>;
}

/// The payments service.
#[async_trait]
pub trait Payments: Send + Sync {
    /// Asks for an invoice. The same request answers the same invoice, as it is by now.
    async fn create_invoice(&self, asked: &CreateInvoice) -> Result<Invoice, Failure>;

    /// Withdraws an invoice, made or not, and answers it as it is now. Never `PENDING`.
    async fn void_invoice(&self, number: &InvoiceNumber) -> Result<Invoice, Failure>;
}

/// The queues that ticketing writes to.
#[async_trait]
pub trait Queues: Send + Sync {
    /// Has a booking looked at, once `due` has come.
    async fn start_timer(&self, booking: BookingId, due: Timestamp, now: Timestamp) -> Result<(), Failure>;

    /// Asks for an invoice to be settled.
    async fn request_payment(&self, invoice: &InvoiceNumber) -> Result<(), Failure>;
}

/// The topic that tells of bookings.
#[async_trait]
pub trait Topic: Send + Sync {
    /// Tells of changes, in order; answers how many of them, from the first, were told.
    async fn publish(&self, changes: &[BookingChanged]) -> (usize, Result<(), Failure>);
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

    /// A link to a ticket, good for `life`; `None` when there is no ticket yet.
    async fn link(&self, booking: BookingId, now: Timestamp, life: Duration) -> Result<Option<TicketLink>, Failure>;
}

/// The one who draws tickets.
pub trait TicketPrinter: Send + Sync {
    /// A ticket as PDF.
    fn print(&self, booking: &BookingChanged) -> Result<Vec<u8>, Failure>;
}
