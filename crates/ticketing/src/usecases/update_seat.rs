//! Giving one open seat a price or marks of its own.

use crate::domain::SeatStatus;
use crate::ports::Events;
use crate::usecases::edit_seat::{Edit, edit_seat};
use contracts::edit::Seen;
use contracts::optional::Change;
use contracts::{Caller, EventId, Mark, Money, Problem, SeatLabel, SectionName};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What an organiser sends to change a seat.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeatChanges {
    /// Its price from now on. It may differ from its section's price.
    #[serde(default)]
    pub price: Change<Money>,
    /// What is special about it from now on; `null` for nothing.
    #[serde(default)]
    pub marks: Change<BTreeSet<Mark>>,
}

/// A seat after a change.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EditedSeat {
    /// The event.
    pub event_id: EventId,
    /// Its label.
    pub label: SeatLabel,
    /// Its section.
    pub section: SectionName,
    /// What it costs.
    pub price: Money,
    /// What is special about it.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub marks: BTreeSet<Mark>,
    /// Where it stands.
    pub status: SeatStatus,
    /// Grows with every change.
    pub version: u64,
}

/// Gives an open seat a price or marks of its own.
pub async fn update_seat(
    events: &dyn Events,
    caller: &Caller,
    (id, label): (EventId, SeatLabel),
    asked: &SeatChanges,
    seen: &Seen,
) -> Result<EditedSeat, Problem> {
    let price = asked.price.kept("price")?.copied();
    if price.is_some_and(|price| !price.is_price()) {
        return Err(Problem::invalid("price", "Whole rupiah, above 0, in sen: Rp 50.000 is 5000000."));
    }
    let marks = match &asked.marks {
        Change::Keep => None,
        Change::Clear => Some(BTreeSet::new()),
        Change::To(marks) => Some(marks.clone()),
    };
    if price.is_none() && marks.is_none() {
        return Err(Problem::invalid("price", "A price, or marks."));
    }
    edit_seat(events, caller, id, &label, &Edit::Change(price, marks), seen).await
}
