use crate::ports::Events;
use crate::usecases::edit_seat::{Edit, edit_seat};
use contracts::edit::Seen;
use contracts::{Caller, EventId, Problem, SeatLabel, World};

/// Takes an open seat off the plan.
pub async fn delete_seat(
    on: (&dyn Events, &dyn World),
    caller: &Caller,
    (id, label): (EventId, SeatLabel),
    seen: &Seen,
) -> Result<(), Problem> {
    edit_seat(on, caller, id, &label, &Edit::Withdraw, seen).await.map(drop)
}
