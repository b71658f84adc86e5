//! The letters that accounts sends, in each language. Their words are in `letters/<language>`. A notice without words
//! in one of the languages does not compile.

use crate::domain::Notice;
use askama::Template;
use contracts::{
    BookingStatus, BookingSummary, Failure, FailureReason, Locale, MismatchKind, Moved, Reference, SeatDetail,
    SectionName, TimeZone, Timestamp,
};
use mail::Letter;

#[derive(Template)]
#[template(path = "en/notice.letter")]
struct English<'a> {
    notice: &'a Notice,
    name: &'a str,
    telling: Telling<'a>,
}

#[derive(Template)]
#[template(path = "id/notice.letter")]
struct Indonesian<'a> {
    notice: &'a Notice,
    name: &'a str,
    telling: Telling<'a>,
}

/// How a letter tells where and when.
struct Telling<'a> {
    home: &'a TimeZone,
    locale: Locale,
}

impl Telling<'_> {
    /// When an event begins: `Tuesday, 1 January 2030, 19:30 WITA`.
    fn begins(&self, booking: &BookingSummary) -> String {
        let words = |at| self.zone(booking).clock(at).in_words(self.locale);
        booking.starts_at.map(words).unwrap_or_default()
    }

    /// When an event was to begin before it was moved.
    fn was_to_begin(&self, moved: &Moved) -> String {
        moved.time_zone.as_ref().unwrap_or(self.home).clock(moved.starts_at).in_words(self.locale)
    }

    /// A day and a time of it by the clocks where the event is.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "a template hands over what it has by reference")]
    fn day(&self, at: &Timestamp, booking: &BookingSummary) -> String {
        self.zone(booking).clock(*at).in_words(self.locale)
    }

    /// The time of day until which something must be done, by the clocks where the event is: `12:15 WITA`.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "a template hands over what it has by reference")]
    fn hour(&self, at: &Timestamp, booking: &BookingSummary) -> String {
        self.zone(booking).clock(*at).hour(self.locale)
    }

    #[expect(clippy::unused_self, reason = "a template calls no free function")]
    fn reference(&self, booking: &BookingSummary) -> Reference {
        Reference::of(booking.id.uuid())
    }

    /// These seats, those side by side in one row together.
    #[expect(clippy::unused_self, reason = "a template calls no free function")]
    fn rows<'b>(&self, seats: &'b [SeatDetail]) -> Vec<Row<'b>> {
        let rows = seats.chunk_by(|one, next| (&one.section, &one.row) == (&next.section, &next.row));
        let row = |seats: &'b [SeatDetail]| {
            let numbers: Vec<_> = seats.iter().map(|seat| seat.number.as_str()).collect();
            seats.first().map(|first| Row { section: first.section.as_ref(), name: first.row.as_deref(), numbers })
        };
        rows.filter_map(row).collect()
    }

    fn row<'b>(&self, seat: &'b SeatDetail) -> Vec<Row<'b>> {
        self.rows(std::slice::from_ref(seat))
    }

    fn zone<'b>(&'b self, booking: &'b BookingSummary) -> &'b TimeZone {
        booking.time_zone.as_ref().unwrap_or(self.home)
    }
}

/// Seats of one row as they stand on the chairs.
struct Row<'a> {
    section: Option<&'a SectionName>,
    name: Option<&'a str>,
    numbers: Vec<&'a str>,
}

/// Writes a notice as a letter to a person of this name, in this language. Its times are those of the event's zone, or
/// of `home` if it has none.
///
/// # Errors
///
/// A permanent failure if the text of the template is not a letter.
pub fn letter(notice: &Notice, locale: Locale, name: &str, home: &TimeZone) -> Result<Letter, Failure> {
    let telling = Telling { home, locale };
    match locale {
        Locale::En => Letter::write(&English { notice, name, telling }, locale),
        Locale::Id => Letter::write(&Indonesian { notice, name, telling }, locale),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{BookingId, EventId, InvoiceLink, Money};
    use uuid::Uuid;

    fn booking(status: BookingStatus, reason: Option<FailureReason>) -> BookingSummary {
        BookingSummary {
            id: BookingId::new(Uuid::from_u128(1)),
            reference: None,
            event_id: EventId::new(Uuid::from_u128(2)),
            event_title: "Rock & <Roll>".into(),
            venue: Some("Gedung <Besar>".into()),
            city: Some("Denpasar".into()),
            starts_at: Some("2026-11-29T11:30:00Z".parse().unwrap()),
            time_zone: Some("Asia/Makassar".parse().unwrap()),
            seats: vec![],
            seat_details: [("STALLS", "A-1"), ("STALLS", "A-2"), ("BALCONY", "B-A-1"), ("VIP", "7")]
                .map(|(section, label)| SeatDetail {
                    section: Some(section.parse().unwrap()),
                    ..SeatDetail::new(label.parse().unwrap(), Some(&"B".parse().unwrap()))
                })
                .to_vec(),
            status,
            reason,
            total: Money::idr(10_000_000),
            created_at: Timestamp::from_millis(0),
            updated_at: Timestamp::from_millis(0),
        }
    }

    /// Every notice there is, in each of its forms.
    fn notices() -> Vec<(&'static str, Notice)> {
        use BookingStatus::{AwaitingPayment, Cancelled, Confirmed, Expired, Failed, Refunded, Refunding};
        let failed = |reason| Notice::Failed(booking(Failed, Some(reason)));
        let mismatch = |kind| {
            let seat = SeatDetail::new("A-1".parse().unwrap(), None);
            let seat = (kind == MismatchKind::SeatWithoutBooking).then_some(seat);
            Notice::Mismatch("Rock & <Roll>".into(), kind, "A-1".into(), seat)
        };
        let url = || "https://k.test/t?a=1&b=2".to_owned();
        let invoice = InvoiceLink {
            number: "inv-ticketing-00000000-0000-0000-0000-000000000001".parse().unwrap(),
            payment_url: url(),
        };
        let until = "2026-11-21T05:15:00Z".parse().unwrap();
        let moved = |status: BookingStatus| {
            let moved = Moved {
                venue: "Studio <1>".into(),
                city: Some("Bandung".into()),
                starts_at: "2026-11-28T12:00:00Z".parse().unwrap(),
                time_zone: Some("Asia/Jakarta".parse().unwrap()),
                moved_at: "2026-11-20T05:15:00Z".parse().unwrap(),
                was_paid: status == Confirmed,
                refund_until: until,
            };
            Notice::Moved(booking(status, None), moved, url(), (status == Confirmed).then(url))
        };
        vec![
            ("confirmed", Notice::Confirmed(booking(Confirmed, None), Some(url()))),
            ("confirmed-without-link", Notice::Confirmed(booking(Confirmed, None), None)),
            ("organiser-refused", failed(FailureReason::OrganiserRefused)),
            ("organiser-unavailable", failed(FailureReason::OrganiserUnavailable)),
            ("payment-unavailable", failed(FailureReason::PaymentUnavailable)),
            ("payment-failed", failed(FailureReason::PaymentFailed)),
            ("failed-with-event", failed(FailureReason::EventCancelled)),
            ("expired", Notice::Expired(booking(Expired, None))),
            ("cancelled", Notice::Cancelled(booking(Cancelled, None))),
            ("refunding-with-event", Notice::Cancelled(booking(Refunding, Some(FailureReason::EventCancelled)))),
            ("refunding-refused", Notice::Cancelled(booking(Refunding, Some(FailureReason::OrganiserRefused)))),
            ("refunding-underpaid", Notice::Cancelled(booking(Refunding, Some(FailureReason::PaymentFailed)))),
            ("refunded", Notice::Refunded(booking(Refunded, None))),
            ("offered", Notice::Offered(booking(AwaitingPayment, None), invoice, until)),
            ("moved", moved(Confirmed)),
            ("moved-unpaid", moved(AwaitingPayment)),
            ("line-closed", Notice::LineClosed("Rock & <Roll>".into())),
            ("paid-without-booking", mismatch(MismatchKind::PaidWithoutBooking)),
            ("confirmed-without-payment", mismatch(MismatchKind::ConfirmedWithoutPayment)),
            ("seat-without-booking", mismatch(MismatchKind::SeatWithoutBooking)),
            ("sums-differ", mismatch(MismatchKind::SumsDiffer)),
            ("refused-by-organiser", mismatch(MismatchKind::OrganiserRefused)),
            ("refund-refused", mismatch(MismatchKind::RefundRefused)),
            ("confirm-email", Notice::ConfirmEmail(url())),
            ("reset-password", Notice::ResetPassword(url())),
        ]
    }

    #[test]
    fn every_notice_is_a_whole_letter_in_each_language() {
        let home = "Asia/Jakarta".parse().unwrap();
        for (what, notice) in notices() {
            for (language, locale) in [("en", Locale::En), ("id", Locale::Id)] {
                let letter = letter(&notice, locale, "<b>Siti</b> & Co", &home).unwrap();
                let shown = format!("{}\n\n{}\n{}", letter.subject(), letter.text(), letter.html());
                insta::assert_snapshot!(format!("{what}.{language}"), shown);
            }
        }
    }
}
