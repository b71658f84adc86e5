//! The decisions of the simulated power company. It knows every meter whose number begins with 14. The customer number
//! of such a meter is a 5, followed by the meter number. Some meter numbers have a fixed outcome, whatever the failure
//! rate, as in the sandboxes of real aggregators.

use contracts::keys::{chance, number};
use contracts::{Code, Problem};
use power::domain::{Connection, LocalTax, Meter, MeterQuery, Order, Token};
use serde::Serialize;

/// The company: the key that its decisions depend on, and the share of orders whose answer gets lost.
pub struct PowerCompany {
    pub key: String,
    pub failure_rate: f64,
}

/// A final answer, with the order that it is about.
#[derive(Serialize)]
pub struct Decided {
    #[serde(flatten)]
    order: Order,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<Token>,
}

/// The start of every meter number that the company knows.
const KNOWN: &str = "14";
const UNKNOWN: &str = "14000000002";
const BLOCKED: &str = "14000000003";
const SILENT: &str = "14000000004";
const SILENT_AND_REFUSED: &str = "14000000005";
const MAINTENANCE: &str = "14000000006";
/// The meter of a shop, whose tariff is none of a home's.
const SHOP: &str = "14000000007";
/// The start of the sandbox's meter numbers: all those above, and `14000000001`, which has no fixed outcome. Their
/// meters are in homes of 1,300 VA.
const SANDBOX: &str = "1400000000";

const NAMES: &[&str] =
    &["Siti Rahmawati", "Budi Santoso", "I Made Wirawan", "Dewi Lestari", "Andi Pratama", "Maria Goretti"];
/// Tariffs, and powers in volt-amperes.
const CONNECTIONS: &[(&str, u32)] =
    &[("R1", 450), ("R1", 900), ("R1M", 900), ("R1", 1_300), ("R1", 2_200), ("R2", 3_500), ("R3", 6_600)];
/// 3 %, in hundredths of a percent.
const TAX: u64 = 300;

impl PowerCompany {
    /// Decides an order, and decides the same each time. Fails with 503 if the company is closed for the order's meter.
    pub fn decide(&self, order: Order) -> Result<Decided, Problem> {
        let issues = match order.meter_number.as_str() {
            MAINTENANCE => return Err(closed()),
            UNKNOWN | BLOCKED | SILENT_AND_REFUSED => false,
            other => other.starts_with(KNOWN),
        };
        let token = issues.then(|| self.token(&order));
        Ok(Decided { order, status: if issues { "ISSUED" } else { "REFUSED" }, token })
    }

    /// Whether the answer to an order gets lost. A question about the order's status still gets the answer.
    pub fn loses_its_answer(&self, decided: &Decided) -> bool {
        let Order { reference, meter_number, .. } = &decided.order;
        match meter_number.as_str() {
            SILENT | SILENT_AND_REFUSED => true,
            _ => decided.token.is_some() && chance(&self.key, reference.uuid().as_bytes()) < self.failure_rate,
        }
    }

    /// The token of an order: always the same for one reference and meter, so whoever has the key can check it.
    fn token(&self, order: &Order) -> Token {
        let about = format!("token {} {}", order.reference, order.meter_number);
        Token::of_number(number(&self.key, about.as_bytes()))
    }
}

/// Finds a meter and its owner. Fails if the meter is unknown or blocked, or if the company is closed for it.
pub fn inquire(asked: &MeterQuery) -> Result<Meter, Problem> {
    let unknown = || Problem::new(Code::MeterUnknown);
    let number = match asked {
        MeterQuery::Meter(number) => number.as_str(),
        MeterQuery::Customer(number) => number.as_str().strip_prefix('5').ok_or_else(unknown)?,
    };
    match number {
        MAINTENANCE => return Err(closed()),
        BLOCKED => return Err(Problem::new(Code::MeterBlocked)),
        UNKNOWN => return Err(unknown()),
        other if !other.starts_with(KNOWN) => return Err(unknown()),
        _ => {}
    }
    let digits = || number.bytes().map(|digit| usize::from(digit - b'0'));
    let one_of = |many: usize| digits().fold(0, |all, digit| (all * 10 + digit) % many.max(1));
    let home = ("R1", 1_300);
    let other = CONNECTIONS.get(one_of(CONNECTIONS.len())).copied().unwrap_or(home);
    let (tariff, power_va) = match number {
        SHOP => ("B1", 5_500),
        number if number.starts_with(SANDBOX) => home,
        _ => other,
    };
    let tariff = tariff.parse().map_err(|_| Problem::new(Code::Internal))?;
    Ok(Meter {
        number: number.parse().map_err(|_| unknown())?,
        customer_number: format!("5{number}").parse().ok(),
        name: NAMES.get(one_of(NAMES.len())).copied().unwrap_or_default().to_owned(),
        connection: Connection { tariff, power_va },
        local_tax: LocalTax::new(TAX).ok_or_else(|| Problem::new(Code::Internal))?,
        blocked: false,
        version: 0,
    })
}

fn closed() -> Problem {
    Problem::new(Code::PowerUnavailable)
}
