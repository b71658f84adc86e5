//! `GET /api/buyers/{id}`: how many seats a user holds or owns, for accounts.

use contracts::World;
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use std::sync::Arc;
use ticketing::adapters::DynamoBookings;
use ticketing::usecases;

/// Settings: `TICKETING_TABLE`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let bookings = Arc::new(DynamoBookings::new(aws::table(&env, "TICKETING_TABLE").await?));
    Ok(Function::http(move |request| handle(bookings.clone(), world.clone(), request)))
}

async fn handle(bookings: Arc<DynamoBookings>, world: Arc<dyn World>, request: Request) -> Answer {
    http::service(&request, ticketing::NAME)?;
    http::json(200, &usecases::get_buyer(&*bookings, &*world, http::path(&request, "id")?).await?)
}
