//! A booking as others see it: over HTTP, on the topic, and on the timer's queue.

use crate::{
    BookingId, CorrelationId, EventId, InvoiceNumber, Money, Reference, SeatLabel, SeatPrefix, SectionName, TimeZone,
    Timestamp, UserId,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Where a booking stands. `Held`, `AwaitingPayment` and `Refunding` are not final.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    strum::IntoStaticStr,
    strum::Display,
    strum::EnumString,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE", parse_err_ty = UnknownStatus, parse_err_fn = UnknownStatus::of)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BookingStatus {
    /// Seats set aside; organiser and payment service not asked yet, or asked without an answer kept.
    Held,
    /// There is an invoice.
    AwaitingPayment,
    /// Paid; the seats are the buyer's.
    Confirmed,
    /// Ended without success, for a [`FailureReason`].
    Failed,
    /// The hold ran out unpaid.
    Expired,
    /// Cancelled before it was paid.
    Cancelled,
    /// Cancelled after it was paid; the money is on its way back.
    Refunding,
    /// The money is back.
    Refunded,
}

/// A text that is not a booking status.
#[derive(Debug, thiserror::Error)]
#[error("A booking's status: HELD, AWAITING_PAYMENT, CONFIRMED, FAILED, EXPIRED, CANCELLED, REFUNDING or REFUNDED.")]
pub struct UnknownStatus;

impl UnknownStatus {
    const fn of(_: &str) -> Self {
        Self
    }
}

/// Why a booking failed, or was cancelled by another than its buyer.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, strum::IntoStaticStr, strum::Display,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FailureReason {
    /// The organiser's system said no.
    OrganiserRefused,
    /// The organiser's system did not answer, which is not a refusal.
    OrganiserUnavailable,
    /// The payment service made no invoice.
    PaymentUnavailable,
    /// The payment was tried and failed.
    PaymentFailed,
    /// The event does not take place.
    EventCancelled,
}

/// The invoice of a booking, as its buyer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvoiceLink {
    /// Its number.
    pub number: InvoiceNumber,
    /// The page where its payer pays it. It asks `POST /api/invoices/{number}/pay`.
    pub payment_url: String,
}

/// What is special about a seat.
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
    strum::EnumString,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Mark {
    /// A place for a wheelchair.
    Wheelchair,
    /// A seat for who comes with somebody in a wheelchair.
    Companion,
    /// Something stands in the way of the view.
    RestrictedView,
}

/// Why the seats of a booking were chosen, if its buyer left the choice to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BestSeats {
    /// Are they side by side?
    pub together: bool,
    /// So many seats lie between the middle of the group and the middle of its row. Half seats are rounded down. Of
    /// seats that are apart the farthest counts, here and in the next line.
    pub from_middle: u32,
    /// So many rows lie between its row and the section's best row.
    pub from_best_row: u32,
    /// So many single seats are left over beside it. It is 0 unless there was no better choice.
    pub single_seats: u32,
}

/// A seat of a booking, as it stands on the chair, and what it costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SeatDetail {
    /// Its label.
    pub label: SeatLabel,
    /// Its section. A history from before sections were told does not say, nor the price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<SectionName>,
    /// Its row, if the section has rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// Its number in the row.
    pub number: String,
    /// What it costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    /// What is special about it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub marks: BTreeSet<Mark>,
}

impl SeatDetail {
    /// The seat with this label, which has this prefix.
    pub fn new(label: SeatLabel, prefix: Option<&SeatPrefix>) -> Self {
        let (row, number) = label.chair(prefix);
        let (row, number) = (row.map(str::to_owned), number.to_owned());
        Self { label, section: None, row, number, price: None, marks: BTreeSet::new() }
    }
}

/// A booking in short: what its buyer's history keeps, and what every telling of it begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BookingSummary {
    /// Its id.
    pub id: BookingId,
    /// What people say in place of the id. A history from before references keeps none; its list answers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Reference>,
    /// The event booked.
    pub event_id: EventId,
    /// The event's title when it was booked.
    pub event_title: String,
    /// Where it takes place. A history from before this was told does not say, nor the next three.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<String>,
    /// In which city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// When it begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// The zone whose clocks say when it begins; if not given, the stack's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<TimeZone>,
    /// In the order they were asked for.
    pub seats: Vec<SeatLabel>,
    /// The same seats in the same order, as they stand on the chairs.
    #[serde(default)]
    pub seat_details: Vec<SeatDetail>,
    /// Where it stands.
    pub status: BookingStatus,
    /// Why it failed, or why it was cancelled if not by its buyer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<FailureReason>,
    /// The sum of the seats' prices.
    pub total: Money,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its status last changed.
    pub updated_at: Timestamp,
}

impl BookingSummary {
    /// Fills in what a message or a history of an older version does not say, and its id and labels do.
    #[must_use]
    pub fn completed(mut self) -> Self {
        self.reference.get_or_insert_with(|| Reference::of(self.id.uuid()));
        if self.seat_details.is_empty() {
            self.seat_details = self.seats.iter().map(|label| SeatDetail::new(label.clone(), None)).collect();
        }
        self
    }
}

/// That an event was moved after it was booked: where and when it was to take place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Moved {
    /// Where it was to take place.
    pub venue: String,
    /// In which city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// When it was to begin.
    pub starts_at: Timestamp,
    /// The zone whose clocks said when; if not given, the stack's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<TimeZone>,
    /// When the booking was moved with it.
    pub moved_at: Timestamp,
    /// Whether the booking was paid by then.
    pub was_paid: bool,
    /// Until when a paid booking can be given back for all its money, however soon the event is.
    pub refund_until: Timestamp,
}

/// A booking in full, as `book` and `get-booking` answer it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BookingView {
    /// What there is in short.
    #[serde(flatten)]
    pub booking: BookingSummary,
    /// Until when its seats are held for payment.
    pub hold_expires_at: Timestamp,
    /// Its invoice, once made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceLink>,
    /// Why these seats, if the buyer left the choice to us.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best: Option<BestSeats>,
    /// Are these seats that the buyer waited for?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub offered: bool,
    /// That its event was moved, if it was. `starts_at`, `venue` and `city` are the present ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
}

/// A message on the bookings topic: the state of a booking as of `version`.
///
/// It states facts and gives no orders. A consumer ignores a version that it has seen already, and every older one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingChanged {
    /// The booking.
    #[serde(flatten)]
    pub booking: BookingSummary,
    /// Grows by one with every change of the booking.
    pub version: u64,
    /// The buyer.
    pub user_id: UserId,
    /// The buyer's name, as it is printed on the ticket. Absent once the booking has ended without
    /// success, or once the buyer's account is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// Until when its seats are held for payment. Messages of an older version do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_expires_at: Option<Timestamp>,
    /// Its invoice, once made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceLink>,
    /// Did the buyer get these seats as an offer from the waiting list?
    #[serde(default)]
    pub offer: bool,
    /// That its event was moved, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
    /// Was it paid when its event was moved, or its buyer took another name? Then it was told as confirmed before.
    #[serde(default)]
    pub was_paid: bool,
    /// Where its ticket can be opened without signing in, once it is confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket_url: Option<String>,
    /// Was this told before? Something that should have followed did not.
    #[serde(default)]
    pub again: bool,
    /// The chain of requests and messages in which it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<CorrelationId>,
}

/// A message on the timer's queue: check this booking when `due` has come. A timer whose booking was never made does
/// nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldTimer {
    /// The booking.
    pub booking_id: BookingId,
    /// Its `hold_expires_at`.
    pub due: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_older_booking_is_completed_by_what_its_id_and_labels_say() {
        let id = "019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11";
        let old = json!({"id": id, "event_id": id, "event_title": "Concert", "seats": ["A-1", "7"],
            "status": "CONFIRMED", "total": {"amount": 100, "currency": "IDR"},
            "created_at": "2026-11-28T00:00:00Z", "updated_at": "2026-11-28T00:00:00Z"});
        let booking = serde_json::from_value::<BookingSummary>(old).unwrap().completed();
        let chairs: Vec<_> = booking.seat_details.iter().map(|one| (one.row.as_deref(), one.number.as_str())).collect();
        assert_eq!(chairs, [(Some("A"), "1"), (None, "7")]);
        assert_eq!(booking.reference, Some(Reference::of(booking.id.uuid())));
        // What is said stays.
        let told = BookingSummary { seat_details: booking.seat_details[1..].to_vec(), ..booking };
        assert_eq!(told.clone().completed(), told);
    }
}
