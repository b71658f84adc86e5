//! The promises that are read from each change of the tables' items, and from no state at rest.

use crate::lines::Lines;
use crate::promises::{Facts, Promise, calm_since, grace, moment, number, refunds_are_refused, refunds_fail, text};
use crate::stage::{Retitled, Stage, lock};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;
use template::STACK;

/// Checks every change of the tables' items, in the order of their streams.
///
/// Promises 3, 4 and 6, and that no status changes to one that may not follow it.
pub fn check(stage: &Stage) {
    let events = Facts::read(stage).map(Facts::into_events).unwrap_or_default();
    let closed: BTreeSet<_> =
        events.into_iter().filter(|(_, status)| status != "SCHEDULED").map(|(id, _)| id).collect();
    for (table, kind, allowed) in [
        ("ticketing", "BOOKING", BOOKING_STEPS),
        ("payments", "INVOICE", INVOICE_STEPS),
        ("power", "PURCHASE", PURCHASE_STEPS),
    ] {
        let records = match stage.changes(&format!("{STACK}-{table}")) {
            Ok(records) => records,
            Err(why) => return stage.broken(None, format!("a stream cannot be read: {why}")),
        };
        let mut lines = Lines::default();
        for record in &records {
            let (old, new) = (&record["dynamodb"]["OldImage"], &record["dynamodb"]["NewImage"]);
            if let Some(label) = lines.take(old, new) {
                stage.broken(
                    Promise::LinesFirst,
                    format!("seat {label} went to somebody who was not the first in line"),
                );
            }
            if let Some((promise, what)) = against_the_facts(stage, &closed, old, new) {
                stage.broken(promise, what);
            }
            let status = |image: &Value| text(image, "status");
            if text(new, "SK") == kind || text(old, "SK") == kind {
                let step = (status(old), status(new));
                let same = step.0 == step.1;
                if !same && !allowed.iter().any(|(from, to)| *from == step.0 && *to == step.1) {
                    stage.broken(
                        Promise::DecidedOnce,
                        format!("{} went from {:?} to {:?}", kind.to_lowercase(), step.0, step.1),
                    );
                }
                if !same && came_late(stage, old, new) {
                    stage.broken(
                        Promise::NothingHangs,
                        format!("a {} was {} for too long", kind.to_lowercase(), step.0),
                    );
                }
            } else if text(new, "SK").starts_with("SEAT#") && status(new) == "OPEN" && number(new, "waiters") > 0 {
                let event = text(new, "PK").split('#').nth(1).unwrap_or_default().to_owned();
                if stage.props.events.iter().any(|one| one.id == event && one.stays_on_sale) && !closed.contains(&event)
                {
                    stage.broken(Promise::LinesFirst, "a seat was open while somebody waited for it".to_owned());
                }
            }
        }
    }
}

/// What an organiser's system said, and what is true of an event now, must show in what is sold.
fn against_the_facts(stage: &Stage, closed: &BTreeSet<String>, old: &Value, new: &Value) -> Option<(Promise, String)> {
    if new["refused_by_organiser"]["BOOL"] == true && text(new, "status") != "WITHDRAWN" {
        return Some((Promise::SeatOnce, "a seat that its organiser refused is not off the sale".to_owned()));
    }
    let (was, is) = (text(old, "status"), text(new, "status"));
    let passed_over = number(old, "waiters") > 0 && number(new, "waiters") == number(old, "waiters");
    if text(new, "SK").starts_with("SEAT#") && (was.as_str(), is.as_str()) == ("OPEN", "ON_GOING") && passed_over {
        return Some((Promise::LinesFirst, "a seat went to the public past its line".to_owned()));
    }
    if text(new, "SK") != "BOOKING" {
        return None;
    }
    let skew = Duration::from_millis(2 * stage.weather.skew);
    let retitled = lock(&stage.retitled).get(&text(new, "event_id")).cloned();
    let (made, title) = (moment(new, "created_at"), text(new, "event_title"));
    let offered = !new["previous"].is_null();
    // An offer is made from the event as it is. What is sold to the public may be of what its function still knows.
    let since = |one: &Retitled| if offered { one.answered_at } else { one.in_force };
    if old.is_null() && retitled.is_some_and(|one| made > since(&one) + skew && title != one.title) {
        return Some((Promise::LinesFirst, "a seat was sold under the old title of its event".to_owned()));
    }
    if !offered {
        return None;
    }
    let (from, to) = (text(old, "status"), text(new, "status"));
    let time = stage.settings.get("WAITING_OFFER_SECONDS").and_then(|time| time.parse().ok()).map(Duration::from_secs);
    if (from.as_str(), to.as_str()) == ("HELD", "AWAITING_PAYMENT")
        && let Some(time) = time
        && moment(new, "hold_expires_at") + TELLING < (moment(new, "updated_at") + time).min(moment(new, "starts_at"))
    {
        return Some((Promise::LinesFirst, "an offer ran before its buyer was told of it".to_owned()));
    }
    let untold = from == "HELD" && to == "EXPIRED";
    let event = text(new, "event_id");
    let sells = !closed.contains(&event) && stage.props.events.iter().any(|one| one.id == event && one.stays_on_sale);
    let ended = || (Promise::LinesFirst, "an offer ended before its buyer was told of it".to_owned());
    (untold && sells).then(ended)
}

/// Telling the buyer of an offer takes no longer, once everything has answered.
const TELLING: Duration = Duration::from_secs(15);

/// Promise 3: did this step come too late, although everything answered?
///
/// Twice the skew is allowed, because the clocks that wrote the times may disagree.
fn came_late(stage: &Stage, old: &Value, new: &Value) -> bool {
    let since = match &*text(old, "status") {
        "HELD" => moment(old, "hold_expires_at"),
        "AWAITING_PAYMENT" => moment(old, "hold_expires_at").max(moment(old, "expires_at")),
        "ISSUING" => moment(old, "updated_at"),
        "REFUNDING" if !refunds_fail(stage) && !refunds_are_refused(stage) => moment(old, "updated_at"),
        _ => return false,
    };
    let skew = Duration::from_millis(2 * stage.weather.skew);
    since.max(calm_since(stage)) + grace(stage) + skew < moment(new, "updated_at")
}

/// The steps of a booking; see `docs/promises.md`, "What may become of what". Payments of a story pay whole sums, so that
/// nothing that is not paid yet is paid back.
const BOOKING_STEPS: &[(&str, &str)] = &[
    ("", "HELD"),
    ("HELD", "AWAITING_PAYMENT"),
    ("HELD", "CONFIRMED"),
    ("HELD", "FAILED"),
    ("HELD", "EXPIRED"),
    ("HELD", "CANCELLED"),
    ("AWAITING_PAYMENT", "CONFIRMED"),
    ("AWAITING_PAYMENT", "FAILED"),
    ("AWAITING_PAYMENT", "EXPIRED"),
    ("AWAITING_PAYMENT", "CANCELLED"),
    ("CONFIRMED", "REFUNDING"),
    ("REFUNDING", "REFUNDED"),
];

/// The steps of a purchase.
const PURCHASE_STEPS: &[(&str, &str)] = &[
    ("", "AWAITING_PAYMENT"),
    ("AWAITING_PAYMENT", "ISSUING"),
    ("AWAITING_PAYMENT", "FAILED"),
    ("ISSUING", "ISSUED"),
    ("ISSUING", "REFUNDING"),
    ("REFUNDING", "REFUNDED"),
];

/// The steps of an invoice.
const INVOICE_STEPS: &[(&str, &str)] = &[
    ("", "PENDING"),
    ("", "VOID"),
    ("PENDING", "PAID"),
    ("PENDING", "FAILED"),
    ("PENDING", "VOID"),
    ("PAID", "REFUNDED"),
];
