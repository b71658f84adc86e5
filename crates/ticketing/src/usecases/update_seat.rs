//! Changing one open seat.

use crate::domain::SeatStatus;
use crate::ports::Events;
use crate::usecases::edit_seat::{Edit, SeatChange, edit_seat};
use contracts::edit::Seen;
use contracts::optional::Change;
use contracts::{Caller, EventId, Mark, Money, Problem, SeatLabel, SectionName, World};
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
    /// Does an aisle run through its row behind it?
    #[serde(default)]
    pub aisle: Change<bool>,
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
    /// Does an aisle run through its row behind it?
    pub aisle: bool,
    /// Where it stands.
    pub status: SeatStatus,
    /// Grows with every change.
    pub version: u64,
}

/// Changes an open seat: its price, its marks, or whether an aisle runs behind it.
pub async fn update_seat(
    on: (&dyn Events, &dyn World),
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
    let aisle = asked.aisle.kept("aisle")?.copied();
    if price.is_none() && marks.is_none() && aisle.is_none() {
        return Err(Problem::invalid("price", "A price, marks, or an aisle."));
    }
    edit_seat(on, caller, id, &label, &Edit::Change(SeatChange { price, marks, aisle }), seen).await
}
