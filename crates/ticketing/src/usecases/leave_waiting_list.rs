use crate::ports::{Lines, PLAN_LIFE, Plans};
use contracts::{EventId, Problem, SeatLabel, UserId};

/// Leaves the line of a seat. Does nothing for a user who is not in it.
pub async fn leave_waiting_list(
    plans: &dyn Plans,
    lines: &dyn Lines,
    user: UserId,
    (event_id, label): (EventId, SeatLabel),
) -> Result<(), Problem> {
    let plan = plans.plan(event_id, PLAN_LIFE).await?.ok_or_else(Problem::not_found)?;
    if plan.layout.seat(&label).is_none() {
        return Err(Problem::not_found());
    }
    Ok(lines.leave(user, event_id, &label).await?)
}
