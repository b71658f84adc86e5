//! The meters that the simulated company knows: all whose number begins with 14, with a customer's number that is the
//! meter's behind a 5. Some numbers have a conduct of their own, whatever the rates, as in real aggregators' sandboxes.

use contracts::{Code, Problem};
use power::domain::{Connection, LocalTax, Meter, MeterNumber, MeterQuery, Tariff};

/// How the company answers orders for a meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conduct {
    /// With the token, but for the share that is left unanswered.
    Issues,
    /// With no.
    Refuses,
    /// Not at all; asked for the status, with the token.
    SilentAndIssues,
    /// Not at all; asked for the status, with no.
    SilentAndRefuses,
}

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

/// How orders for this meter are answered; 503 while the company is closed for it.
pub fn conduct(meter: &MeterNumber) -> Result<Conduct, Problem> {
    match meter.as_str() {
        MAINTENANCE => Err(closed()),
        SILENT => Ok(Conduct::SilentAndIssues),
        SILENT_AND_REFUSED => Ok(Conduct::SilentAndRefuses),
        UNKNOWN | BLOCKED => Ok(Conduct::Refuses),
        other if other.starts_with("14") => Ok(Conduct::Issues),
        _ => Ok(Conduct::Refuses),
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
        other if !other.starts_with("14") => return Err(unknown()),
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
