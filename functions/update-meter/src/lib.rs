//! `PUT /api/power/meters/{number}`: changes what is kept of a meter.

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
    let (draft, seen) = (http::body(&request)?, http::if_match(&request)?);
    let meter = usecases::update_meter(&*meters, http::path(&request, "number")?, draft, seen).await?;
    http::versioned(200, &meter, meter.version)
}
