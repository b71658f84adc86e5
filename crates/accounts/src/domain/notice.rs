use contracts::{BookingSummary, InvoiceLink, MismatchKind, Timestamp};

/// Something to be told.
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
    /// Seats that one waited for, to be paid until then.
    Offered(BookingSummary, InvoiceLink, Timestamp),
    /// One waited for a seat of an event that does not take place: its title.
    LineClosed(String),
    /// Bookings and invoices of one's event disagree: its title, what, and about which booking or seat.
    Mismatch(String, MismatchKind, String),
    /// Somebody made an account with this address; the link proves that it is theirs.
    ConfirmEmail(String),
    /// Somebody wants a new password; the link leads to it.
    ResetPassword(String),
}
