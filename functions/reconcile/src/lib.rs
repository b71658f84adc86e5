//! Compares bookings and seats with invoices.

use contracts::World;
use lambda::{Env, Error, Function, aws};
use serde_json::{Value, json};
use std::sync::Arc;
use ticketing::adapters::{DynamoBookings, DynamoEvents, DynamoMismatches, HttpPayments, ServiceTokens};
use ticketing::usecases::{self, Reconcile};

struct Wiring {
    events: DynamoEvents,
    bookings: DynamoBookings,
    mismatches: DynamoMismatches,
    payments: HttpPayments,
    world: Arc<dyn World>,
}

/// Settings: `TICKETING_TABLE`, `SERVICE_KEY`, `PAYMENTS_URL`. Called by a schedule; answers `{"mismatches": <new ones>}`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let table = aws::table(&env, "TICKETING_TABLE").await?;
    let tokens = Arc::new(ServiceTokens::new(ticketing::NAME, env.signing_key("SERVICE_KEY")?, world.clone()));
    let on = Arc::new(Wiring {
        events: DynamoEvents::new(table.clone()),
        bookings: DynamoBookings::new(table.clone()),
        mismatches: DynamoMismatches::new(table),
        payments: HttpPayments::new(aws::http(&env)?, tokens, env.text("PAYMENTS_URL")?),
        world,
    });
    Ok(Function::new(move |_: Value| {
        let on = on.clone();
        async move { handle(&on).await }
    }))
}

async fn handle(on: &Wiring) -> Result<Value, Error> {
    let Wiring { events, bookings, mismatches, payments, world } = on;
    let found = usecases::reconcile(&Reconcile { events, bookings, payments, mismatches, world: &**world }).await?;
    if !found.is_empty() {
        // The template's metric filter counts these.
        tracing::error!(mismatches = found.len(), "money and goods disagree");
    }
    Ok(json!({"mismatches": found.len()}))
}
