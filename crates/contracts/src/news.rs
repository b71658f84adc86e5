//! Messages on the topics of events and of users; [`crate::booking`] has those of the topic of bookings.

use crate::{EventId, Money, MovieId, SeatDetail, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A message on the topic of events, published by ticketing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum EventNews {
    /// The state of an event as of `version`.
    #[serde(rename = "event.changed")]
    Changed(EventChanged),
    /// Bookings and invoices disagree about an event.
    #[serde(rename = "event.mismatch")]
    Mismatch(Mismatch),
    /// An event does not take place, and these users were on its waiting lists.
    #[serde(rename = "event.line_closed")]
    LineClosed {
        /// The event.
        event_id: EventId,
        /// Its title.
        event_title: String,
        /// Who waited.
        user_ids: Vec<UserId>,
    },
}

/// An event as the catalogue needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventChanged {
    /// Its id.
    pub id: EventId,
    /// The movie that it screens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub movie_id: Option<MovieId>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// Its cheapest section's price, once it has seats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    /// Will it take place?
    pub takes_place: bool,
    /// Grows with every change of the event.
    pub version: u64,
}

/// What a reconciliation found: money and goods disagree.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    strum::IntoStaticStr,
    strum::Display,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MismatchKind {
    /// An invoice is paid, and its booking is not confirmed.
    PaidWithoutBooking,
    /// A booking is confirmed, and its invoice is not paid.
    ConfirmedWithoutPayment,
    /// A seat is booked, and there is no confirmed booking of it.
    SeatWithoutBooking,
    /// Booking and invoice are about different sums.
    SumsDiffer,
    /// The organiser's system refuses the seats of a booking that was sold or offered.
    OrganiserRefused,
    /// The payment provider refuses for good to pay back the money of a booking that was given up.
    RefundRefused,
}

/// One mismatch of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mismatch {
    /// The event.
    pub event_id: EventId,
    /// Its title.
    pub event_title: String,
    /// Whose event it is.
    pub organiser_id: UserId,
    /// What disagrees.
    pub kind: MismatchKind,
    /// The booking's id, or the seat's label when a booked seat has no booking.
    pub subject: String,
    /// That seat as it stands on the chair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<SeatDetail>,
    /// When it was found.
    pub found_at: Timestamp,
}

/// A message on the topic of users, published by accounts. It holds the user's id, and no other personal data than the
/// name that they changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum UserNews {
    /// Somebody made an account, or wants the link that confirms its address once more.
    #[serde(rename = "user.registered")]
    Registered {
        /// Who.
        user_id: UserId,
        /// Tells this telling from any other.
        id: Uuid,
    },
    /// Somebody forgot their password.
    #[serde(rename = "user.reset_requested")]
    ResetRequested {
        /// Who.
        user_id: UserId,
        /// Tells this telling from any other.
        id: Uuid,
    },
    /// Somebody changed their account, after they had changed their name at least once.
    #[serde(rename = "user.changed")]
    Changed {
        /// Who.
        user_id: UserId,
        /// Their name now.
        name: String,
        /// The version of their account with which they got it: a later name has a higher one.
        name_version: u64,
    },
    /// An account is gone: erase what you know of this person.
    #[serde(rename = "user.deleted")]
    Deleted {
        /// Who.
        user_id: UserId,
    },
}
