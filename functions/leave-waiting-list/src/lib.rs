//! See [`function`].

use contracts::{EventId, SeatLabel};
use lambda::prelude::*;
use ticketing::adapters::{CachedPlans, DynamoLines};
use ticketing::usecases;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    let path = "/api/events/{id}/seats/{label}/waiting-list";
    Route::delete(Tag::WaitingList, path, "Leaves the line of a seat.").open_to(Users).served_by(handle)
}

parts! {
    struct LeaveWaitingList {
        plans: CachedPlans,
        lines: DynamoLines,
    }
}

async fn handle(
    on: Arc<LeaveWaitingList>,
    (caller, Path(Both(id, label))): (Caller, Path<Both<EventId, SeatLabel>>),
) -> Result<NoContent, Problem> {
    usecases::leave_waiting_list(&on.plans, &on.lines, caller.id, (id, label)).await.map(|()| NoContent)
}
