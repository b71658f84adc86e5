//! The contracts between Karcis's services, and nothing else: ids, money, times, the messages on queues and over HTTP,
//! the problem codes, and the signatures that make a message trustworthy.
//!
//! A service imports this crate and never another service. Several services depend on what is defined here, so a change
//! here is a change of contract.

pub mod booking;
mod correlation;
pub mod edit;
pub mod failure;
pub mod idempotency;
pub mod ids;
pub mod invoice;
pub mod keys;
pub mod live;
pub mod money;
pub mod news;
pub mod optional;
pub mod page;
pub mod problem;
mod reference;
mod text;
pub mod timestamp;
pub mod token;
pub mod user;
pub mod webhook;
pub mod world;
pub mod zone;

pub use booking::{
    BestSeats, BookingChanged, BookingStatus, BookingSummary, BookingView, FailureReason, HoldTimer, InvoiceLink, Mark,
    Moved, SeatDetail,
};
pub use correlation::{CorrelationId, NoCorrelationId};
pub use edit::Versioned;
pub use failure::Failure;
pub use idempotency::IdempotencyKey;
pub use ids::{BookingId, EventId, MovieId, ProductId, PurchaseId, SeatLabel, SeatPrefix, SectionName, UserId};
pub use invoice::{
    CreateInvoice, Invoice, InvoiceNumber, InvoiceStatus, PaymentMethod, PaymentMode, PaymentWork, RefundAnswer, Sum,
};
pub use keys::SigningKey;
pub use live::{LiveState, LiveTopic};
pub use money::{Currency, Money};
pub use news::{EventChanged, EventNews, Mismatch, MismatchKind, UserNews};
pub use page::{Page, PageRequest};
pub use problem::{Code, Problem};
pub use reference::{InvalidReference, Reference};
pub use text::{SearchText, UnsearchableText, folded, line, line_of, line_rule, opaque, paragraphs, ungrouped};
pub use timestamp::Timestamp;
pub use user::{Caller, Locale, Role, Service};
pub use world::{SystemWorld, World};
pub use zone::TimeZone;
