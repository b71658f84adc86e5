//! `POST /api/power/meters`: puts a meter up.

use contracts::{Role, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use power::adapters::DynamoMeters;
use power::usecases;
use std::sync::Arc;

/// Settings: `POWER_TABLE`.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let meters = Arc::new(DynamoMeters::new(aws::table(&env, "POWER_TABLE").await?));
    Ok(Function::http(move |request| handle(meters.clone(), request)))
}

async fn handle(meters: Arc<DynamoMeters>, request: Request) -> Answer {
    http::caller_as(&request, &[Role::Admin])?;
    let meter = usecases::create_meter(&*meters, http::body(&request)?).await?;
    http::versioned(201, &meter, meter.version)
}
