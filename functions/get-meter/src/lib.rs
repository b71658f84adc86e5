//! `GET /api/power/meters/{number}`: whose meter it is, by its number or its customer's.

use contracts::{Problem, World};
use lambda::{Answer, Env, Error, Function, Request, aws, http};
use power::NAME;
use power::adapters::{DynamoMeters, HttpPowerCompany, ServiceTokens};
use power::domain::MeterQuery;
use power::usecases;
use std::sync::Arc;

struct GetMeter {
    meters: DynamoMeters,
    company: HttpPowerCompany,
}

/// Settings: `POWER_TABLE`, `SERVICE_KEY`, `COMPANY_URL`.
pub async fn start(env: Env, world: Arc<dyn World>) -> Result<Function, Error> {
    let tokens = Arc::new(ServiceTokens::new(NAME, env.signing_key("SERVICE_KEY")?, world));
    let meters = DynamoMeters::new(aws::table(&env, "POWER_TABLE").await?);
    let company = HttpPowerCompany::new(aws::http(&env)?, tokens, env.text("COMPANY_URL")?);
    let on = Arc::new(GetMeter { meters, company });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<GetMeter>, request: Request) -> Answer {
    http::caller(&request)?;
    let given: String = http::path(&request, "number")?;
    let number: Result<MeterQuery, _> = given.parse();
    let number = number.map_err(|_| Problem::invalid("number", "A meter's 11 digits, or a customer's 12."))?;
    http::json(200, &usecases::inquire(&on.meters, &on.company, &number).await?.view())
}
