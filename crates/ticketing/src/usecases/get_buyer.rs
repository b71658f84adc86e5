use crate::ports::Bookings;
use contracts::{Problem, UserId, World};
use schemars::JsonSchema;
use serde::Serialize;

/// What accounts may know of a buyer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BuyerView {
    /// The buyer.
    pub user_id: UserId,
    /// How many seats of future events they hold or own.
    pub live_seats: u64,
}

/// How many seats a user holds or owns.
pub async fn get_buyer(bookings: &dyn Bookings, world: &dyn World, user_id: UserId) -> Result<BuyerView, Problem> {
    Ok(BuyerView { user_id, live_seats: bookings.live_seats(user_id, world.now()).await? })
}
