//! Giving one open seat a price of its own.

use crate::domain::SeatStatus;
use crate::ports::Events;
use crate::usecases::edit_seat::edit_seat;
use contracts::edit::Seen;
use contracts::{Caller, EventId, Money, Problem, SeatLabel, SectionName};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an organiser sends to change a seat.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeatChanges {
    /// Its price from now on. It may differ from its section's price.
    pub price: Money,
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
    /// Where it stands.
    pub status: SeatStatus,
    /// Grows with every change.
    pub version: u64,
}

/// Gives an open seat a price of its own.
pub async fn update_seat(
    events: &dyn Events,
    caller: &Caller,
    (id, label): (EventId, SeatLabel),
    asked: &SeatChanges,
    seen: &Seen,
) -> Result<EditedSeat, Problem> {
    if !asked.price.is_price() {
        return Err(Problem::invalid("price", "Whole rupiah, above 0, in sen: Rp 50.000 is 5000000."));
    }
    edit_seat(events, caller, id, &label, Some(asked.price), seen).await
}
