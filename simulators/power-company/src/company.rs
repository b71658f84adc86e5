//! What the simulated company decides. It knows all meters whose number begins with 14, with a customer's number that
//! is the meter's behind a 5. Some numbers have an outcome of their own, whatever the rate, as in real aggregators'
//! sandboxes.

use contracts::keys::{chance, number};
use contracts::{Code, Problem};
use power::domain::{Connection, LocalTax, Meter, MeterQuery, Order, Tariff, Token};
use serde::Serialize;

/// The company: the key of its decisions, and the share of orders whose answer gets lost.
pub struct PowerCompany {
    pub key: String,
    pub failure_rate: f64,
}

/// A final answer, and what it is about.
#[derive(Serialize)]
pub struct Decided {
    #[serde(flatten)]
    order: Order,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<Token>,
}

/// How the numbers of the meters begin that it knows.
const KNOWN: &str = "14";
const UNKNOWN: &str = "14000000002";
const BLOCKED: &str = "14000000003";
const SILENT: &str = "14000000004";
const SILENT_AND_REFUSED: &str = "14000000005";
const MAINTENANCE: &str = "14000000006";
/// These, and `14000000001`, which is like any other, are homes of 1,300 VA.
const SANDBOX: &str = "1400000000";

const NAMES: &[&str] =
    &["Siti Rahmawati", "Budi Santoso", "I Made Wirawan", "Dewi Lestari", "Andi Pratama", "Maria Goretti"];
const CONNECTIONS: &[Connection] = &[
    Connection { tariff: Tariff::R1, power_va: 450 },
    Connection { tariff: Tariff::R1, power_va: 900 },
    Connection { tariff: Tariff::R1M, power_va: 900 },
    Connection { tariff: Tariff::R1, power_va: 1_300 },
    Connection { tariff: Tariff::R1, power_va: 2_200 },
    Connection { tariff: Tariff::R2, power_va: 3_500 },
    Connection { tariff: Tariff::R3, power_va: 6_600 },
];
/// 3 %, in hundredths of a percent.
const TAX: u64 = 300;

impl PowerCompany {
    /// What becomes of an order, however often it is asked about; 503 while the company is closed for its meter.
    pub fn decide(&self, order: Order) -> Result<Decided, Problem> {
        let issues = match order.meter_number.as_str() {
            MAINTENANCE => return Err(closed()),
            UNKNOWN | BLOCKED | SILENT_AND_REFUSED => false,
            other => other.starts_with(KNOWN),
        };
        let token = issues.then(|| self.token(&order));
        Ok(Decided { order, status: if issues { "ISSUED" } else { "REFUSED" }, token })
    }

    /// Does the answer to an order get lost? Whoever asks for its status hears it.
    pub fn loses_its_answer(&self, decided: &Decided) -> bool {
        let Order { reference, meter_number, .. } = &decided.order;
        match meter_number.as_str() {
            SILENT | SILENT_AND_REFUSED => true,
            _ => decided.token.is_some() && chance(&self.key, reference.uuid().as_bytes()) < self.failure_rate,
        }
    }

    /// The one token of a reference and a meter: whoever has the key can check it.
    fn token(&self, order: &Order) -> Token {
        let about = format!("token {} {}", order.reference, order.meter_number);
        Token::of_number(number(&self.key, about.as_bytes()))
    }
}

/// Whose meter it is.
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
    let home = Connection { tariff: Tariff::R1, power_va: 1_300 };
    let other = CONNECTIONS.get(one_of(CONNECTIONS.len())).copied().unwrap_or(home);
    Ok(Meter {
        number: number.parse().map_err(|_| unknown())?,
        customer_number: format!("5{number}").parse().ok(),
        name: NAMES.get(one_of(NAMES.len())).copied().unwrap_or_default().to_owned(),
        connection: if number.starts_with(SANDBOX) { home } else { other },
        local_tax: LocalTax::new(TAX).ok_or_else(|| Problem::new(Code::Internal))?,
        blocked: false,
        version: 0,
    })
}

fn closed() -> Problem {
    Problem::new(Code::PowerUnavailable)
}
