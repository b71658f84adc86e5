//! See [`function`].

use contracts::{EventId, SeatLabel};
use lambda::prelude::*;
use ticketing::usecases::{self, JoinWaitingList, PlaceView};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    let path = "/api/events/{id}/seats/{label}/waiting-list";
    Route::post(Tag::WaitingList, path, "Joins the line of a seat that is taken.")
        .open_to(Users)
        .problems(&[Code::SeatOpen, Code::OwnSeat, Code::NotOnSale, Code::EmailNotConfirmed, Code::TooManyLines])
        .served_by(handle)
}

async fn handle(
    on: Arc<JoinWaitingList>,
    (caller, Path(Both(id, label))): (Caller, Path<Both<EventId, SeatLabel>>),
) -> Result<Created<Json<PlaceView>>, Problem> {
    let place = usecases::join_waiting_list(&on, &caller, (id, label)).await?;
    Ok(Created(Json(place)))
}
