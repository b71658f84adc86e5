//! Do money and goods agree? The comparison of bookings, seats and invoices.

use crate::domain::booking::Booking;
use contracts::{BookingId, BookingStatus, EventId, Invoice, InvoiceStatus, MismatchKind, Money, SeatLabel, Timestamp};
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

/// How long an invoice is left alone after its expiry: until then its booking may still change.
const SETTLING: Duration = Duration::from_mins(3);

/// A disagreement: the event, the kind, and the subject, which is a booking's id or a seat's label.
pub type Disagreement = (EventId, MismatchKind, String);

/// Finds disagreements between invoices and their bookings. `bookings` holds every booking that an invoice refers to,
/// and every confirmed booking that should have an invoice in `invoices`. Cases that may still settle are skipped.
pub fn compare(invoices: &[Invoice], bookings: &[Booking], now: Timestamp) -> BTreeSet<Disagreement> {
    let by_id: HashMap<BookingId, &Booking> = bookings.iter().map(|booking| (booking.id, booking)).collect();
    let by_reference: HashMap<BookingId, &Invoice> =
        invoices.iter().map(|invoice| (BookingId::new(invoice.reference), invoice)).collect();
    let mut found = BTreeSet::new();
    for (id, invoice) in &by_reference {
        let Some(booking) = by_id.get(id) else { continue };
        // By the booking's own time: the invoice of an offer is good until the event begins.
        if !is_settled(Some(booking.hold_expires_at), now) {
            continue;
        }
        if let Some(kind) = disagreement(booking, invoice.status, invoice.amount) {
            found.insert((booking.event_id, kind, id.to_string()));
        }
    }
    for booking in bookings {
        let settled = is_settled(Some(booking.hold_expires_at), now);
        if booking.status == BookingStatus::Confirmed && settled && !by_reference.contains_key(&booking.id) {
            found.insert((booking.event_id, MismatchKind::ConfirmedWithoutPayment, booking.id.to_string()));
        }
    }
    found
}

fn is_settled(expires_at: Option<Timestamp>, now: Timestamp) -> bool {
    expires_at.is_some_and(|expiry| expiry + SETTLING <= now)
}

fn disagreement(booking: &Booking, invoice: InvoiceStatus, amount: Option<Money>) -> Option<MismatchKind> {
    let has_goods = matches!(booking.status, BookingStatus::Confirmed);
    let is_paid = invoice == InvoiceStatus::Paid;
    // During a refund the invoice may be paid or refunded: both are right.
    if booking.status == BookingStatus::Refunding {
        return None;
    }
    match (is_paid, has_goods) {
        (true, false) => Some(MismatchKind::PaidWithoutBooking),
        (false, true) => Some(MismatchKind::ConfirmedWithoutPayment),
        _ if amount.is_some_and(|amount| amount != booking.total) => Some(MismatchKind::SumsDiffer),
        _ => None,
    }
}

/// The booked seats that belong to no confirmed booking.
pub fn orphans(
    event: EventId,
    booked: &[(SeatLabel, Option<BookingId>)],
    bookings: &[Booking],
) -> BTreeSet<Disagreement> {
    let by_id: HashMap<BookingId, &Booking> = bookings.iter().map(|booking| (booking.id, booking)).collect();
    let owned = |label: &SeatLabel, owner: &Option<BookingId>| {
        owner.and_then(|id| by_id.get(&id)).is_some_and(|booking| {
            booking.status == BookingStatus::Confirmed && booking.seats.iter().any(|seat| seat.label == *label)
        })
    };
    let orphans = booked.iter().filter(|(label, owner)| !owned(label, owner));
    orphans.map(|(label, _)| (event, MismatchKind::SeatWithoutBooking, label.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::layout::BookedSeat;
    use contracts::PaymentMode;
    use contracts::{InvoiceNumber, UserId};
    use uuid::Uuid;

    fn booking(status: BookingStatus) -> Booking {
        let seat = BookedSeat {
            label: "A-1".parse().unwrap(),
            block: "A#0000-x".into(),
            price: Money::idr(100),
            marks: BTreeSet::new(),
        };
        Booking {
            id: BookingId::new(Uuid::from_u128(1)),
            event_id: EventId::new(Uuid::from_u128(2)),
            event_title: "Sinners".into(),
            venue: "Studio 1".into(),
            city: None,
            starts_at: Timestamp::from_millis(9_000_000),
            time_zone: None,
            organiser_url: None,
            user_id: UserId::new(Uuid::from_u128(3)),
            user_name: None,
            name_version: 0,
            renamed: None,
            seats: vec![seat],
            best: None,
            total: Money::idr(100),
            status,
            reason: None,
            payment: PaymentMode::Auto,
            hold_expires_at: Timestamp::from_millis(0),
            invoice: None,
            created_at: Timestamp::from_millis(0),
            updated_at: Timestamp::from_millis(0),
            version: 1,
            amendments: 0,
            request_digest: None,
            correlation: None,
            previous: None,
            moved: None,
        }
    }

    fn invoice(status: InvoiceStatus, amount: u64) -> Invoice {
        let (client, reference) = ("ticketing".parse().unwrap(), Uuid::from_u128(1));
        Invoice {
            number: InvoiceNumber::of(&client, reference),
            status,
            client,
            reference,
            amount: Some(Money::idr(amount)),
            payer: None,
            payment_url: String::new(),
            expires_at: Some(Timestamp::from_millis(0)),
            refund_refused_at: None,
            refunded_by: None,
        }
    }

    fn kinds(invoices: &[Invoice], bookings: &[Booking], minutes: u64) -> Vec<MismatchKind> {
        let now = Timestamp::from_millis(0) + Duration::from_mins(minutes);
        compare(invoices, bookings, now).into_iter().map(|(_, kind, _)| kind).collect()
    }

    #[test]
    fn money_without_goods_and_goods_without_money_are_found() {
        use BookingStatus::{Confirmed, Expired, Failed, Refunded, Refunding};
        use InvoiceStatus::{Paid, Void};
        use MismatchKind::{ConfirmedWithoutPayment, PaidWithoutBooking, SumsDiffer};
        for (status, invoiced, amount, found) in [
            (Confirmed, Paid, 100, vec![]),
            (Expired, Void, 100, vec![]),
            (Failed, InvoiceStatus::Failed, 100, vec![]),
            (Refunded, InvoiceStatus::Refunded, 100, vec![]),
            (Refunding, Paid, 100, vec![]),
            (Expired, Paid, 100, vec![PaidWithoutBooking]),
            (Refunded, Paid, 100, vec![PaidWithoutBooking]),
            (Confirmed, Void, 100, vec![ConfirmedWithoutPayment]),
            (Confirmed, Paid, 200, vec![SumsDiffer]),
        ] {
            let seen = kinds(&[invoice(invoiced, amount)], &[booking(status)], 3);
            assert_eq!(seen, found, "{status} {invoiced:?} {amount}");
        }
        assert_eq!(kinds(&[], &[booking(Confirmed)], 3), [ConfirmedWithoutPayment]);
    }

    #[test]
    fn what_may_still_settle_is_left_alone() {
        let pair = (invoice(InvoiceStatus::Paid, 100), booking(BookingStatus::AwaitingPayment));
        let after = |minutes| kinds(std::slice::from_ref(&pair.0), std::slice::from_ref(&pair.1), minutes);
        assert_eq!(after(2), []);
        assert_eq!(after(3), [MismatchKind::PaidWithoutBooking]);
    }

    #[test]
    fn a_booked_seat_has_a_confirmed_booking_that_names_it() {
        let event = EventId::new(Uuid::from_u128(2));
        let (label, other): (SeatLabel, SeatLabel) = ("A-1".parse().unwrap(), "A-2".parse().unwrap());
        let owner = Some(BookingId::new(Uuid::from_u128(1)));
        let found = |label: &SeatLabel, owner, status| {
            !orphans(event, &[(label.clone(), owner)], &[booking(status)]).is_empty()
        };
        assert!(!found(&label, owner, BookingStatus::Confirmed));
        assert!(found(&label, owner, BookingStatus::Expired));
        assert!(found(&label, None, BookingStatus::Confirmed));
        assert!(found(&other, owner, BookingStatus::Confirmed));
    }
}
