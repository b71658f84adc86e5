//! Every error that a client may see, in one table: its status, its stable code, and whether trying again helps.

use serde::Serialize;
use serde_json::{Map, Value};
use std::fmt;

macro_rules! problems {
    ($($variant:ident $status:literal $code:literal $retryable:literal $title:literal;)+) => {
        /// A kind of problem. The table in this file's source is the one place for status, code and retryability.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = $title] $variant,)+
        }

        impl Code {
            /// All of them.
            pub const ALL: &[Code] = &[$(Code::$variant,)+];

            /// The HTTP status it is answered with.
            pub const fn status(self) -> u16 {
                match self { $(Code::$variant => $status,)+ }
            }

            /// The stable code that clients branch on.
            pub const fn code(self) -> &'static str {
                match self { $(Code::$variant => $code,)+ }
            }

            /// May the same request succeed later, unchanged?
            pub const fn retryable(self) -> bool {
                match self { $(Code::$variant => $retryable,)+ }
            }

            /// What it means, for people.
            pub const fn title(self) -> &'static str {
                match self { $(Code::$variant => $title,)+ }
            }
        }
    };
}

problems! {
    MalformedJson        400 "malformed_json"         false "The body is not JSON.";
    BadCredentials       401 "bad_credentials"        false "E-mail or password is wrong.";
    BadSignature         401 "bad_signature"          false "The webhook's signature is missing, wrong or too old.";
    NotSignedIn          401 "not_signed_in"          false "The token is missing, wrong or expired: sign in.";
    Forbidden            403 "forbidden"              false "This is not for your role.";
    Blocked              403 "blocked"                false "This account is blocked.";
    NotFound             404 "not_found"              false "There is no such thing, or it is not yours.";
    MeterUnknown         404 "meter_unknown"          false "The power company knows no meter of this number.";
    InvalidLink          400 "invalid_link"           false "The link is wrong, used or too old; ask for a new one.";
    EmailTaken           409 "email_taken"            false "There is an account with this e-mail.";
    SeatExists           409 "seat_exists"            false "The event has some of these seats already; none was added.";
    SectionPrice         409 "section_price"          false "A section has one price, and this section has another.";
    SeatsTaken           409 "seats_taken"            false "Some of the seats are held or booked by someone else.";
    NotEnoughSeats       409 "not_enough_seats"       false "The free seats are too few for this choice, or not side by side.";
    OwnSeats             409 "own_seats"              false "You hold or have some of these seats already, by the booking of `booking_id`.";
    PurchaseUnderWay     409 "purchase_under_way"     false "An equal purchase is under way, of `purchase_id`; say `again` to buy a second.";
    HoldRefused          409 "hold_refused"           false "The simulated organiser's system refuses this hold.";
    SeatsLetLapse        409 "seats_let_lapse"        true  "You let seats of this event lapse, and may hold these again at `until`.";
    TooManyUnpaid        409 "too_many_unpaid"        false "You hold as many bookings of this event unpaid as one person may: pay or cancel one first.";
    NotOnSale            409 "not_on_sale"            false "The event is not on sale now.";
    HoldExpired          409 "hold_expired"           false "The hold ran out before the booking was made.";
    InProgress           409 "in_progress"            true  "The first request with this idempotency key is still running.";
    TicketNotReady       409 "ticket_not_ready"       true  "There is no ticket yet: it comes seconds after the booking is confirmed.";
    NotPayable           409 "not_payable"            false "The invoice is not waiting for payment any more.";
    ReferenceReused      409 "reference_reused"       false "There is an invoice of this reference with other contents.";
    HasBookings          409 "has_bookings"           false "There are live bookings; cancel the event instead, or wait for their end.";
    HasScreenings        409 "has_screenings"         false "There are screenings of this movie to come.";
    MovieExists          409 "movie_exists"           false "There is a movie of this TMDB id.";
    EventBegun           409 "event_begun"            false "The event has begun: its time and place stay as they are.";
    EventOver            409 "event_over"             false "The event is cancelled, being closed, or over.";
    SeatNotOpen          409 "seat_not_open"          false "The seat is held, booked or withdrawn.";
    EmailNotConfirmed    409 "email_not_confirmed"    false "Confirm your address first, with the link in our mail. It may take a minute until that is known here.";
    TooManyLines         409 "too_many_lines"         false "You wait for as many seats of this event as one person may. Leave a line first.";
    SeatOpen             409 "seat_open"              false "The seat is free: book it.";
    OwnSeat              409 "own_seat"               false "The seat is yours.";
    NotCancellable       409 "not_cancellable"        false "The booking cannot be cancelled now.";
    NotRefundable        409 "not_refundable"         false "The invoice is not paid.";
    RefundRefused        409 "refund_refused"         false "The payment provider refuses for good to pay the money back: it is paid back by hand.";
    RefundNotRefused     409 "refund_not_refused"     false "The payment provider did not refuse to pay this money back, so it is not paid back by hand.";
    RefundedBefore       409 "refunded_before"        false "Another admin noted before that they paid this money back: do not pay it again.";
    LiveBooking          409 "live_booking"           false "There is a live booking; cancel it, or wait until the event is over.";
    EventsToCome         409 "events_to_come"         false "There are events to come that are this account's: hand them over, cancel or delete them first.";
    OwnAccount           409 "own_account"            false "Nobody changes their own rights.";
    HasAdmin             409 "has_admin"              false "There is an admin already, who can name others.";
    ProductExists        409 "product_exists"         false "There is a product of this nominal.";
    ProductWithdrawn     409 "product_withdrawn"      false "The product is not sold any more.";
    ProductChanged       409 "product_changed"        false "The product changed since it was seen: read it again.";
    RatesChanged         409 "rates_changed"          false "The rates changed since they were seen: read again what is on sale for the meter.";
    MeterExists          409 "meter_exists"           false "There is a meter of this number.";
    VersionMismatch      412 "version_mismatch"       false "Somebody else changed it meanwhile: read it again.";
    TooLarge             413 "too_large"              false "The body is over 64 KiB.";
    UnsupportedEncoding  415 "unsupported_encoding"   false "The body's Content-Encoding is none that is read here: send gzip, deflate, or none.";
    Invalid              422 "invalid"                false "A field is unknown, missing, or has a value that is not allowed.";
    TooManySeats         422 "too_many_seats"         false "More seats than one buyer may have of this event.";
    TooManyTopics        422 "too_many_topics"        false "One connection watches so many topics at most: leave one first.";
    TariffNotSold        422 "tariff_not_sold"        false "Tokens are not sold here for the tariff of this meter: ask the power company.";
    MeterBlocked         422 "meter_blocked"          false "The meter is blocked.";
    MonthLimit           422 "month_limit"            false "More than this meter may be sold this month.";
    IdempotencyKeyReused 422 "idempotency_key_reused" false "The idempotency key was used with another body.";
    TooManyAttempts      429 "too_many_attempts"      true  "Too many wrong passwords: wait.";
    Internal             500 "internal"               false "Something went wrong on our side.";
    OrganiserRefused     502 "organiser_refused"      false "The organiser's system refused the hold.";
    OrganiserUnavailable 502 "organiser_unavailable"  true  "The organiser's system did not answer.";
    PaymentUnavailable   502 "payment_unavailable"    true  "The payment service did not answer.";
    RefundFailed         502 "refund_failed"          true  "The payment provider did not pay the money back.";
    TmdbUnavailable      502 "tmdb_unavailable"       true  "TMDB did not answer, or its answer cannot be read.";
    NoPaymentProvider    503 "no_payment_provider"    false "Nothing is sold here yet: there is no payment provider.";
    PowerUnavailable     503 "power_unavailable"      true  "The power company does not sell just now; nothing was bought.";
    PowerSilent          504 "power_silent"           true  "The simulated power company gave no answer in time.";
    Unavailable          503 "unavailable"            true  "Too busy for the moment.";
}

/// A problem on its way to a client: RFC 9457, `application/problem+json`.
#[derive(Debug)]
pub struct Problem {
    code: Code,
    detail: Option<String>,
    members: Map<String, Value>,
    retry_after: Option<u32>,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Problem {
    /// The problem of this kind, without detail.
    pub fn new(code: Code) -> Self {
        let retry_after = (code.retryable() && code.status() != 502).then_some(1);
        Self { code, detail: None, members: Map::new(), retry_after, cause: None }
    }

    /// A value that is not allowed: `field` names the field, and `detail` says which values are allowed.
    pub fn invalid(field: &str, detail: impl Into<String>) -> Self {
        Self::new(Code::Invalid).detail(detail).with("field", field)
    }

    /// The thing does not exist, or it is not the caller's: a client cannot see which.
    pub fn not_found() -> Self {
        Self::new(Code::NotFound)
    }

    /// Says after how many seconds to try again.
    #[must_use]
    pub fn after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Adds details in our own words: never a library's message, never the whole input.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds a member of its own to the answer, such as the `seats` that are taken.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Serialize) -> Self {
        self.members.insert(member.to_owned(), serde_json::to_value(value).unwrap_or(Value::Null));
        self
    }

    /// What caused it, for the log alone.
    #[must_use]
    pub fn caused_by(mut self, cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.cause = Some(Box::new(cause));
        self
    }

    /// Its kind.
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Seconds for the `Retry-After` header, where trying again helps.
    pub const fn retry_after(&self) -> Option<u32> {
        self.retry_after
    }

    /// The body: `type`, `title`, `status`, `code`, `retryable`, `detail` if there is one, and the members added.
    pub fn body(&self) -> Value {
        let mut body = self.members.clone();
        let code = self.code;
        body.insert("type".into(), format!("urn:karcis:problem:{}", code.code()).into());
        body.insert("title".into(), code.title().into());
        body.insert("status".into(), code.status().into());
        body.insert("code".into(), code.code().into());
        body.insert("retryable".into(), code.retryable().into());
        if let Some(detail) = &self.detail {
            body.insert("detail".into(), detail.clone().into());
        }
        Value::Object(body)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code.code())?;
        if let Some(cause) = &self.cause { write!(f, " ({cause})") } else { Ok(()) }
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_unique_and_statuses_are_errors() {
        let codes: HashSet<_> = Code::ALL.iter().map(|c| c.code()).collect();
        assert_eq!(codes.len(), Code::ALL.len());
        assert!(Code::ALL.iter().all(|c| (400..600).contains(&c.status())));
    }

    #[test]
    fn the_cause_stays_inside() {
        let problem = Problem::new(Code::Internal).caused_by(std::io::Error::other("table karcis-ticketing"));
        assert!(!problem.body().to_string().contains("karcis-ticketing"));
        assert!(problem.to_string().contains("karcis-ticketing"));
    }
}
