//! The migrations of the table `ticketing`: what items from earlier releases lack, and how to fill it in.

use crate::adapters::events::search_text;
use crate::adapters::keys;
use contracts::folded;
use table::Item;
use table::migration::{Migration, first_version, text_of, texts};

/// The migrations of the table `ticketing`, in order.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        what: "bookings are listed by their event, and events have a version",
        fill: list_bookings_and_version_events,
    },
    Migration { number: 2, what: "events are found by their folded titles", fill: fold_titles },
    Migration { number: 3, what: "events are found by title, venue and city", fill: fold_places },
    Migration { number: 4, what: "bookings for which something is left to do are listed", fill: list_unfinished },
];

fn list_bookings_and_version_events(item: &Item) -> Item {
    match text_of(item, "SK") {
        Some("BOOKING") => {
            let part = |name| text_of(item, name).map(str::to_owned);
            let (Some(event), Some(created_at), Some(id)) = (part("event_id"), part("created_at"), part("id")) else {
                return Item::new();
            };
            texts(&[(keys::EVENT, event), (keys::BOOKED, format!("{created_at}#{id}"))])
        }
        Some("EVENT") => Item::from([first_version()]),
        _ => Item::new(),
    }
}

fn fold_titles(item: &Item) -> Item {
    match (text_of(item, "SK"), text_of(item, "title")) {
        (Some("EVENT"), Some(title)) => texts(&[("title_folded", folded(title))]),
        _ => Item::new(),
    }
}

fn fold_places(item: &Item) -> Item {
    match (text_of(item, "SK"), text_of(item, "title")) {
        (Some("EVENT"), Some(title)) => {
            let text = search_text(title, text_of(item, "venue"), text_of(item, "city"));
            texts(&[("search_folded", text)])
        }
        _ => Item::new(),
    }
}

/// Whether the ticket of a confirmed booking was printed is not known of earlier releases: those are not listed.
fn list_unfinished(item: &Item) -> Item {
    let due = match (text_of(item, "SK"), text_of(item, "status")) {
        (Some("BOOKING"), Some("HELD" | "AWAITING_PAYMENT")) => text_of(item, "hold_expires_at"),
        (Some("BOOKING"), Some("REFUNDING")) => text_of(item, "updated_at"),
        _ => None,
    };
    match (due, text_of(item, "id").and_then(|id| id.parse().ok())) {
        (Some(due), Some(id)) => texts(&[(keys::UNFINISHED, keys::unfinished(id)), (keys::DUE, due.to_owned())]),
        _ => Item::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bookings_and_events_lack_anything() {
        let booking = texts(&[
            ("SK", "BOOKING".into()),
            ("event_id", "e".into()),
            ("created_at", "2026-11-21T05:00:00.000Z".into()),
            ("id", "b".into()),
        ]);
        let filled = list_bookings_and_version_events(&booking);
        assert_eq!(text_of(&filled, keys::BOOKED), Some("2026-11-21T05:00:00.000Z#b"));
        assert!(list_bookings_and_version_events(&texts(&[("SK", "EVENT".into())])).contains_key("version"));
        assert!(list_bookings_and_version_events(&texts(&[("SK", "SEAT#A-1".into())])).is_empty());
    }

    #[test]
    fn bookings_for_which_something_is_left_to_do_are_listed() {
        let booking = |status: &str| {
            texts(&[
                ("SK", "BOOKING".into()),
                ("status", status.into()),
                ("id", "019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e1c".into()),
                ("hold_expires_at", "2026-11-21T05:05:00.000Z".into()),
                ("updated_at", "2026-11-21T05:01:00.000Z".into()),
            ])
        };
        for (status, due) in [
            ("HELD", Some("2026-11-21T05:05:00.000Z")),
            ("AWAITING_PAYMENT", Some("2026-11-21T05:05:00.000Z")),
            ("REFUNDING", Some("2026-11-21T05:01:00.000Z")),
            ("CONFIRMED", None),
            ("REFUNDED", None),
        ] {
            let filled = list_unfinished(&booking(status));
            assert_eq!(text_of(&filled, keys::DUE), due, "{status}");
            assert_eq!(text_of(&filled, keys::UNFINISHED), due.map(|_| "c"), "{status}");
        }
    }
}
