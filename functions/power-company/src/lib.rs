//! The simulated power company: knows meters, issues tokens, and does not always answer.

mod meters;

use contracts::keys::{chance, number};
use contracts::{Code, Money, Problem, World};
use lambda::{Answer, Env, Error, Function, Request, http};
use meters::{Conduct, conduct, inquire};
use power::COMPANY;
use power::domain::{Order, Token};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;

/// A final answer, and what it is about.
#[derive(Serialize)]
struct Decided {
    #[serde(flatten)]
    order: Order,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<Token>,
}

struct PowerCompany {
    key: String,
    failure_rate: f64,
    silence: Duration,
}

/// Settings: `POWER_FAILURE_RATE`, `SIMULATION_KEY`, `SILENCE_SECONDS`. It keeps no table: its answer is a keyed hash of
/// what it is asked about, so that asking twice answers the same.
pub async fn start(env: Env, _: Arc<dyn World>) -> Result<Function, Error> {
    let (key, failure_rate) = (env.text("SIMULATION_KEY")?, env.rate("POWER_FAILURE_RATE")?);
    let on = Arc::new(PowerCompany { key, failure_rate, silence: env.seconds("SILENCE_SECONDS", 0..=9)? });
    Ok(Function::http(move |request| handle(on.clone(), request)))
}

async fn handle(on: Arc<PowerCompany>, request: Request) -> Answer {
    http::service(&request, COMPANY)?;
    if http::has_path(&request, "number") {
        return http::json(200, &inquire(&http::path(&request, "number")?)?);
    }
    let asks_again = http::has_path(&request, "reference");
    let order = if asks_again { asked_about(&request)? } else { http::body(&request)? };
    let conduct = conduct(&order.meter_number)?;
    if !asks_again && on.is_silent(&order, conduct) {
        // It decided, and the answer gets lost.
        tokio::time::sleep(on.silence).await;
        return Err(Problem::new(Code::PowerSilent));
    }
    let (status, token) = match conduct {
        Conduct::Issues | Conduct::SilentAndIssues => ("ISSUED", Some(on.token(&order))),
        Conduct::SilentAndRefuses | Conduct::Refuses => ("REFUSED", None),
    };
    http::json(200, &Decided { order, status, token })
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

impl PowerCompany {
    fn is_silent(&self, order: &Order, conduct: Conduct) -> bool {
        match conduct {
            Conduct::SilentAndIssues | Conduct::SilentAndRefuses => true,
            Conduct::Issues => chance(&self.key, order.reference.uuid().as_bytes()) < self.failure_rate,
            Conduct::Refuses => false,
        }
    }

    /// The one token of a reference and a meter: whoever has the key can check it.
    fn token(&self, order: &Order) -> Token {
        let about = format!("token {} {}", order.reference, order.meter_number);
        Token::of_number(number(&self.key, about.as_bytes()))
    }
}
