//! Makes confirmed bookings final in the organiser's system.

use contracts::{BookingChanged, World};
use lambda::batch::{self, Retry};
use lambda::{Env, Error, Function, aws};
use std::sync::Arc;
use ticketing::adapters::{DynamoBookings, HttpOrganiserSystem, ServiceTokens};
use ticketing::usecases::settle_organiser_hold;

/// Settings: `TICKETING_TABLE`, `SERVICE_KEY`, `ORGANISER_URL`, `ORGANISER_SCHEME`, `QUEUE_URL`,
/// `DEAD_LETTERS_URL`, `RETRY_SECONDS`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let bookings = Arc::new(DynamoBookings::new(aws::table(&env, "TICKETING_TABLE").await?));
    let tokens = Arc::new(ServiceTokens::new(ticketing::NAME, env.signing_key("SERVICE_KEY")?, world));
    let (web, outside) = (aws::http(&env)?, aws::http_outside(&env)?);
    let organiser = Arc::new(HttpOrganiserSystem::new(web, outside, tokens, env.text("ORGANISER_URL")?));
    Ok(batch::sqs(Retry::from_env(&env)?, move |change: BookingChanged| {
        let (bookings, organiser) = (bookings.clone(), organiser.clone());
        async move { settle_organiser_hold(&*bookings, &*organiser, change.booking.id).await }
    }))
}
