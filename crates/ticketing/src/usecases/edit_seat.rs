//! Repricing and withdrawing a single seat: the part that `update_seat` and `delete_seat` share.

use crate::domain::{EventStatus, SeatStatus};
use crate::ports::{Edited, Events, SeatEdit};
use crate::usecases::EditedSeat;
use crate::usecases::own_event::own_event;
use contracts::edit::{Seen, as_seen, until_done};
use contracts::{Caller, Code, EventId, Money, Problem, SeatLabel};

/// Gives an open seat another price, or takes it off the plan if `price` is `None`. `seen` is what the caller saw
/// of the seat.
pub(super) async fn edit_seat(
    events: &dyn Events,
    caller: &Caller,
    id: EventId,
    label: &SeatLabel,
    price: Option<Money>,
    seen: &Seen,
) -> Result<EditedSeat, Problem> {
    until_done(|| async {
        let before = own_event(events, caller, id, &Seen::Any).await?;
        let layout = events.layout(&before).await?;
        let (block, place) = layout.place(label).ok_or_else(Problem::not_found)?;
        let seat = events.seat(id, &block.id, label).await?.ok_or_else(Problem::not_found)?;
        let seat = as_seen(seat, seen)?;
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
            Edited::Done => Ok(Some(EditedSeat {
                event_id: id,
                label: label.clone(),
                section: block.section.clone(),
                price: price.unwrap_or(seat.price),
                status: SeatStatus::Open,
                version: seat.version + 1,
            })),
            Edited::NotOpen => Err(Problem::new(Code::SeatNotOpen)),
            Edited::EventMoved => Ok(None),
        }
    })
    .await
}
