//! See [`function`].

use contracts::UserId;
use lambda::prelude::*;
use ticketing::adapters::{DynamoBookings, DynamoEvents};
use ticketing::usecases::{self, BuyerView};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(
        Tag::Bookings,
        "/api/buyers/{id}",
        "What keeps a user here, for accounts: their seats, and the events that they run.",
    )
    .open_to(ServicesCalling(ticketing::NAME))
    .served_by(handle)
}

parts! {
    struct GetBuyer {
        events: DynamoEvents,
        bookings: DynamoBookings,
        world: Arc<dyn World>,
    }
}

async fn handle(on: Arc<GetBuyer>, (Path(id),): (Path<UserId>,)) -> Result<Json<BuyerView>, Problem> {
    usecases::get_buyer(&on.events, &on.bookings, &*on.world, id).await.map(Json)
}
