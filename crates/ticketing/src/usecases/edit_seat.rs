//! Single seats are repriced and withdrawn.

use crate::domain::{EventStatus, SeatStatus, SectionName};
use crate::ports::{Edited, Events, SeatEdit};
use crate::usecases::edit_event::{TRIES, own_event};
use contracts::{Caller, Code, EventId, Money, Problem, SeatLabel};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an organiser sends to change a seat.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeatChanges {
    /// What it costs from now on, where that is not its section's price.
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
    version: Option<u64>,
) -> Result<EditedSeat, Problem> {
    if !asked.price.is_price() {
        return Err(Problem::invalid("price", "Whole rupiah, above 0, in sen: Rp 50.000 is 5000000."));
    }
    edit(events, caller, id, &label, Some(asked.price), version).await
}

/// Takes an open seat off the plan.
pub async fn delete_seat(
    events: &dyn Events,
    caller: &Caller,
    (id, label): (EventId, SeatLabel),
    version: Option<u64>,
) -> Result<(), Problem> {
    edit(events, caller, id, &label, None, version).await.map(drop)
}

async fn edit(
    events: &dyn Events,
    caller: &Caller,
    id: EventId,
    label: &SeatLabel,
    price: Option<Money>,
    version: Option<u64>,
) -> Result<EditedSeat, Problem> {
    for _ in 0..TRIES {
        let before = own_event(events, caller, id, None).await?;
        let layout = events.layout(&before).await?;
        let (block, place) = layout.place(label).ok_or_else(Problem::not_found)?;
        let seat = events.seat(id, &block.id, label).await?.ok_or_else(Problem::not_found)?;
        if version.is_some_and(|seen| seen != seat.version) {
            return Err(Problem::new(Code::VersionMismatch));
        }
        if before.status != EventStatus::Scheduled {
            return Err(Problem::new(Code::EventOver));
        }
        let (mut after, mut block) = (before.clone(), block.clone());
        after.version += 1;
        after.layout_version += 1;
        let edit = if let Some(price) = price {
            block.prices.insert(label.clone(), price);
            block.prices.retain(|_, own| *own != block.price);
            SeatEdit::Reprice(price)
        } else {
            block.withdrawn.insert(label.clone());
            block.prices.remove(label);
            if let Some(section) = after.sections.iter_mut().find(|section| section.name == block.section) {
                section.seats -= 1;
            }
            SeatEdit::Withdraw(place)
        };
        match events.edit_seat(&before, &after, &block, label, edit).await? {
            Edited::Done => {
                return Ok(EditedSeat {
                    event_id: id,
                    label: label.clone(),
                    section: block.section.clone(),
                    price: price.unwrap_or(seat.price),
                    status: SeatStatus::Open,
                    version: seat.version + 1,
                });
            }
            Edited::NotOpen => return Err(Problem::new(Code::SeatNotOpen)),
            Edited::EventMoved => {}
        }
    }
    Err(Problem::new(Code::EventChanged))
}
