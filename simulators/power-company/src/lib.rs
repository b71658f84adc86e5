//! See [`function`].

mod company;

use company::PowerCompany;
use contracts::{Money, PurchaseId};
use lambda::answer::Foreign;
use lambda::prelude::*;
use power::COMPANY;
use power::domain::{Meter, MeterNumber, MeterQuery, Order};
use settings::{Part, Wiring};
use std::time::Duration;

/// Defines the simulated power company, which knows meters, issues tokens, and does not always answer. It keeps no
/// table: a keyed hash of the order decides, so the same question always gets the same answer.
pub fn function() -> impl Definition {
    let (to_buy, services) = ("/api/power-company/orders", ServicesCalling(COMPANY));
    let (meter, order) = ("/api/power-company/meters/{number}", "/api/power-company/orders/{reference}");
    let closed = &[Code::PowerUnavailable, Code::MeterUnknown, Code::MeterBlocked, Code::PowerSilent];
    Several::new("The simulated power company.")
        .and(
            Route::get(Tag::Simulators, meter, "Whose meter it is.")
                .open_to(services)
                .problems(closed)
                .served_by(inquire),
        )
        .and(Route::post(Tag::Simulators, to_buy, "Orders a token.").open_to(services).problems(closed).served_by(buy))
        .and(
            Route::get(Tag::Simulators, order, "What became of an order.")
                .open_to(services)
                .problems(closed)
                .served_by(status),
        )
}

struct Company {
    company: PowerCompany,
    silence: Duration,
}

impl Part for Company {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        let env = wiring.env();
        let company =
            PowerCompany { key: env.secret("SIMULATION_KEY")?, failure_rate: env.rate("POWER_FAILURE_RATE")? };
        Ok(Self { company, silence: env.seconds("SILENCE_SECONDS", 0..=9)? })
    }
}

lambda::query! {
    /// The rest of the order whose status is asked for; its reference is in the path.
    struct Asked {
        meter_number: MeterNumber,
        nominal: u64,
    }
}

async fn inquire(_: Arc<()>, (Path(number),): (Path<MeterQuery>,)) -> Result<Foreign<Meter>, Problem> {
    company::inquire(&number).map(Foreign::of)
}

async fn buy(on: Arc<Company>, (Json(order),): (Json<Order>,)) -> Result<Foreign<company::Decided>, Problem> {
    let decided = on.company.decide(order)?;
    if on.company.loses_its_answer(&decided) {
        tokio::time::sleep(on.silence).await;
        return Err(Problem::new(Code::PowerSilent));
    }
    Ok(Foreign::of(decided))
}

async fn status(
    on: Arc<Company>,
    (Path(reference), Query(asked)): (Path<PurchaseId>, Query<Asked>),
) -> Result<Foreign<company::Decided>, Problem> {
    let missing = |name| Problem::invalid(name, "Missing: a query gives meter_number and nominal.");
    on.company
        .decide(Order {
            reference,
            meter_number: asked.meter_number.ok_or_else(|| missing("meter_number"))?,
            nominal: Money::idr(asked.nominal.ok_or_else(|| missing("nominal"))?),
        })
        .map(Foreign::of)
}
