//! See [`function`].

use contracts::UserId;
use lambda::prelude::*;
use ticketing::adapters::DynamoBookings;
use ticketing::usecases::{self, BuyerView};

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Route::get(Tag::Bookings, "/api/buyers/{id}", "How many seats a user holds or owns, for accounts.")
        .open_to(ServicesCalling(ticketing::NAME))
        .served_by(handle)
}

parts! {
    struct GetBuyer {
        bookings: DynamoBookings,
        world: Arc<dyn World>,
    }
}

async fn handle(on: Arc<GetBuyer>, (Path(id),): (Path<UserId>,)) -> Result<Json<BuyerView>, Problem> {
    usecases::get_buyer(&on.bookings, &*on.world, id).await.map(Json)
}
