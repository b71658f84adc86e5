//! Changing and withdrawing a single seat: the part that `update_seat` and `delete_seat` share.

use crate::domain::SeatStatus;
use crate::ports::{Edited, Events, SeatEdit};
use crate::usecases::EditedSeat;
use crate::usecases::own_event::own_event;
use contracts::edit::{Seen, as_seen, until_done};
use contracts::{Caller, Code, EventId, Mark, Money, Problem, SeatLabel, World};
use std::collections::BTreeSet;

/// What is new of a seat, where given.
pub(super) struct SeatChange {
    pub price: Option<Money>,
    pub marks: Option<BTreeSet<Mark>>,
    /// Does an aisle run behind it?
    pub aisle: Option<bool>,
}

/// What becomes of an open seat.
pub(super) enum Edit {
    /// It becomes as given.
    Change(SeatChange),
    /// It is taken off the plan.
    Withdraw,
}

/// Changes an open seat, or takes it off the plan. `seen` is what the caller saw of the seat.
pub(super) async fn edit_seat(
    (events, world): (&dyn Events, &dyn World),
    caller: &Caller,
    id: EventId,
    label: &SeatLabel,
    edit: &Edit,
    seen: &Seen,
) -> Result<EditedSeat, Problem> {
    until_done(|| async {
        let before = own_event(events, caller, id, &Seen::Any).await?;
        let layout = events.layout(&before).await?;
        let (block, place) = layout.place(label).ok_or_else(Problem::not_found)?;
        let seat = events.seat(id, &block.id, label).await?.ok_or_else(Problem::not_found)?;
        let seat = as_seen(seat, seen)?;
        if !before.is_open_to_change(world.now()) {
            return Err(Problem::new(Code::EventOver));
        }
        let (mut after, mut block) = (before.clone(), block.clone());
        after.version += 1;
        after.layout_version += 1;
        let (edit, price) = match edit {
            Edit::Change(SeatChange { price, marks, aisle }) => {
                let price = price.unwrap_or(seat.price);
                block.prices.insert(label.clone(), price);
                block.prices.retain(|_, own| *own != block.price);
                if let Some(marks) = marks {
                    block.marks.insert(label.clone(), marks.clone());
                    block.marks.retain(|_, marks| !marks.is_empty());
                }
                match aisle {
                    Some(true) => drop(block.aisles.insert(label.clone())),
                    Some(false) => drop(block.aisles.remove(label)),
                    None => {}
                }
                (SeatEdit::Reprice(price), price)
            }
            Edit::Withdraw => {
                block.withdrawn.insert(label.clone());
                block.prices.remove(label);
                if let Some(section) = after.sections.iter_mut().find(|section| section.name == block.section) {
                    section.seats -= 1;
                }
                (SeatEdit::Withdraw(place), seat.price)
            }
        };
        match events.edit_seat(&before, &after, &block, label, edit).await? {
            Edited::Done => Ok(Some(EditedSeat {
                event_id: id,
                label: label.clone(),
                section: block.section.clone(),
                price,
                marks: block.marks_of(label),
                aisle: block.aisles.contains(label),
                status: SeatStatus::Open,
                version: seat.version + 1,
            })),
            Edited::NotOpen => Err(Problem::new(Code::SeatNotOpen)),
            Edited::EventMoved => Ok(None),
        }
    })
    .await
}
