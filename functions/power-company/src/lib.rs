//! The simulated power company: knows meters, issues tokens, and does not always answer.

mod company;

use company::PowerCompany;
use contracts::{Code, Money, Problem, World};
use lambda::{Answer, Env, Error, Function, Request, http};
use power::COMPANY;
use power::domain::Order;
use std::sync::Arc;
use std::time::Duration;

struct Wiring {
    company: PowerCompany,
    silence: Duration,
}

/// Settings: `POWER_FAILURE_RATE`, `SIMULATION_KEY`, `SILENCE_SECONDS`. It keeps no table: its answer is a keyed hash of
/// what it is asked about, so that asking twice answers the same.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let company = PowerCompany { key: env.text("SIMULATION_KEY")?, failure_rate: env.rate("POWER_FAILURE_RATE")? };
    let on = Arc::new(Wiring { company, silence: env.seconds("SILENCE_SECONDS", 0..=9)? });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<Wiring>, request: Request) -> Answer {
    http::service(&request, COMPANY)?;
    if http::has_path(&request, "number") {
        return http::json(200, &company::inquire(&http::path(&request, "number")?)?);
    }
    if http::has_path(&request, "reference") {
        return http::json(200, &on.company.decide(asked_about(&request)?)?);
    }
    let decided = on.company.decide(http::body(&request)?)?;
    if on.company.loses_its_answer(&decided) {
        tokio::time::sleep(on.silence).await;
        return Err(Problem::new(Code::PowerSilent));
    }
    http::json(200, &decided)
}

/// The order that a question about its status is about.
fn asked_about(request: &Request) -> Result<Order, Problem> {
    let missing = |name| Problem::invalid(name, "Every question names reference, meter and nominal.");
    Ok(Order {
        reference: http::path(request, "reference")?,
        meter_number: http::query(request, "meter_number")?.ok_or_else(|| missing("meter_number"))?,
        nominal: Money::idr(http::query(request, "nominal")?.ok_or_else(|| missing("nominal"))?),
    })
}
