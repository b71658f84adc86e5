use contracts::{BookingSummary, InvoiceLink, MismatchKind, Moved, SeatDetail, Timestamp};

/// Something that a user must be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A booking is confirmed; its ticket is at this link.
    Confirmed(BookingSummary, Option<String>),
    /// A booking failed.
    Failed(BookingSummary),
    /// A booking was not paid in time.
    Expired(BookingSummary),
    /// A booking is cancelled; if it was paid, the money is on its way.
    Cancelled(BookingSummary),
    /// The money is back.
    Refunded(BookingSummary),
    /// Seats that the user waited for are offered. They must be paid by this time.
    Offered(BookingSummary, InvoiceLink, Timestamp),
    /// The event of a booking was moved. The first link shows the booking, the second its ticket, if there is one.
    Moved(BookingSummary, Moved, String, Option<String>),
    /// The user waited for a seat of an event that will not take place. This is the event's title.
    LineClosed(String),
    /// Bookings and invoices of the organiser's event disagree: the event's title, the kind of mismatch, and the
    /// booking or seat.
    Mismatch(String, MismatchKind, String, Option<SeatDetail>),
    /// Somebody made an account with this address. The link proves that the address is theirs.
    ConfirmEmail(String),
    /// Somebody wants a new password. They set it with this link.
    ResetPassword(String),
}
