//! What a nominal buys: whole numbers and exact fractions, never floats.

use contracts::{Money, Timestamp, text_type};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use time::UtcOffset;

/// The company's tariffs for homes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Tariff {
    /// Small homes: 450 and 900 VA at subsidised prices, 1,300 and 2,200 VA.
    R1,
    /// Homes of 900 VA that can pay (rumah tangga mampu).
    R1M,
    /// 3,500 to 5,500 VA.
    R2,
    /// 6,600 VA and more.
    R3,
}

/// How a meter is connected. This decides what its kWh cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Connection {
    /// The company's tariff.
    pub tariff: Tariff,
    /// The power it is connected with, in volt-amperes.
    pub power_va: u32,
}

/// One month's purchases may last at most this many hours at full power: the company sells no more to a meter.
const HOURS_A_MONTH: u64 = 720;

impl Connection {
    /// What a kWh costs, in the currency's minor unit; `None` if the company has no such connection. The prices are
    /// those of the energy ministry's tariff adjustment (PLN, "Tariff Adjustment", unchanged since the third quarter of
    /// 2022).
    const fn price(self) -> Option<u64> {
        match (self.tariff, self.power_va) {
            (Tariff::R1, 450) => Some(41_500),
            (Tariff::R1, 900) => Some(60_500),
            (Tariff::R1M, 900) => Some(135_200),
            (Tariff::R1, 1_300 | 2_200) => Some(144_470),
            (Tariff::R2, 3_500..=5_500) | (Tariff::R3, 6_600..=1_000_000) => Some(169_953),
            _ => None,
        }
    }

    /// Does the company have such a connection?
    pub const fn exists(self) -> bool {
        self.price().is_some()
    }

    /// What `nominal` buys once the local tax is taken off, rounded down to the hundredth of a kWh. `None` if the
    /// company has no such connection.
    pub fn buys(self, nominal: Money, tax: LocalTax) -> Option<Kwh> {
        let price = u128::from(self.price()?);
        let net = u128::from(nominal.amount) * u128::from(LocalTax::WHOLE.checked_sub(tax.0)?);
        let hundredths = net * 100 / (price * u128::from(LocalTax::WHOLE));
        u64::try_from(hundredths).ok().map(Kwh)
    }

    /// What may be sold to it in one month.
    pub fn month_limit(self) -> Kwh {
        Kwh(u64::from(self.power_va) * HOURS_A_MONTH / 10)
    }
}

/// Kilowatt-hours, to the hundredth: `67.14`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Kwh(u64);

impl Kwh {
    /// Hundredths of a kWh.
    pub const fn hundredths(self) -> u64 {
        self.0
    }

    /// As Indonesians write it: `67,14`.
    pub fn indonesian(self) -> String {
        self.to_string().replace('.', ",")
    }

    /// From hundredths of a kWh.
    pub const fn of_hundredths(hundredths: u64) -> Self {
        Self(hundredths)
    }
}

impl fmt::Display for Kwh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl fmt::Debug for Kwh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a text is no number of kWh.
#[derive(Debug, thiserror::Error)]
#[error("kWh are written with two decimals, such as 67.14")]
pub struct InvalidKwh;

impl FromStr for Kwh {
    type Err = InvalidKwh;

    fn from_str(text: &str) -> Result<Self, InvalidKwh> {
        let (whole, part) = text.split_once('.').ok_or(InvalidKwh)?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() != 2 {
            return Err(InvalidKwh);
        }
        let whole: u64 = whole.parse().map_err(|_| InvalidKwh)?;
        let part: u64 = part.parse().map_err(|_| InvalidKwh)?;
        whole.checked_mul(100).and_then(|all| all.checked_add(part)).map(Self).ok_or(InvalidKwh)
    }
}

impl Serialize for Kwh {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Kwh {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Kwh {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Kwh".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "pattern": "^[0-9]+[.][0-9]{2}$"})
    }
}

/// The tax on electricity where the meter is (PBJT, formerly PPJ), in hundredths of a percent of the nominal, so 300
/// means 3 %. The law allows up to 10 % (Law 1/2022, article 58).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct LocalTax(#[schemars(range(max = 1000))] u64);

impl LocalTax {
    const WHOLE: u64 = 10_000;
    const MOST: u64 = 1_000;

    /// `None` above 10 %.
    pub const fn new(hundredths_of_percent: u64) -> Option<Self> {
        if hundredths_of_percent <= Self::MOST { Some(Self(hundredths_of_percent)) } else { None }
    }
}

impl<'de> Deserialize<'de> for LocalTax {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::new(u64::deserialize(from)?).ok_or_else(|| serde::de::Error::custom("at most 1000, which is 10 %"))
    }
}

impl fmt::Display for LocalTax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{:02} %", self.0 / 100, self.0 % 100)
    }
}

/// A month where the meters are, such as `2026-11`.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Month(String);

text_type!(Month, "^[0-9]{4}-[0-9]{2}$", "2030-01");

/// Why a text is no month.
#[derive(Debug, thiserror::Error)]
#[error("a month is written as 2026-11")]
pub struct InvalidMonth;

impl Month {
    /// The month of `now` on clocks that are `offset` ahead of UTC.
    pub fn of(now: Timestamp, offset: UtcOffset) -> Self {
        let date = now.at(offset).date();
        Self(format!("{:04}-{:02}", date.year(), u8::from(date.month())))
    }
}

impl FromStr for Month {
    type Err = InvalidMonth;

    fn from_str(text: &str) -> Result<Self, InvalidMonth> {
        let (year, month) = text.split_once('-').ok_or(InvalidMonth)?;
        let number: u8 = month.parse().map_err(|_| InvalidMonth)?;
        let fits = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) && month.len() == 2;
        if fits && (1..=12).contains(&number) { Ok(Self(text.to_owned())) } else { Err(InvalidMonth) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rupiah(whole: u64) -> Money {
        Money::idr(whole * 100)
    }

    /// Nominal in rupiah, tariff, power, tax in hundredths of a percent, kWh.
    const WORKED: &[(u64, Tariff, u32, u64, &str)] = &[
        // As published for PLN's tariff of Rp 1,444.70 a kWh at 1,300 VA: 100,000 less 3 % is 97,000, and
        // 97,000 / 1,444.70 is 67.14.
        (100_000, Tariff::R1, 1_300, 300, "67.14"),
        // 19,400 / 1,444.70 = 13.428…
        (20_000, Tariff::R1, 1_300, 300, "13.42"),
        // 48,500 / 1,444.70 = 33.570…
        (50_000, Tariff::R1, 2_200, 300, "33.57"),
        // 194,000 / 415 = 467.469…
        (200_000, Tariff::R1, 450, 300, "467.46"),
        // 485,000 / 605 = 801.652…
        (500_000, Tariff::R1, 900, 300, "801.65"),
        // 90,000 / 1,352 = 66.568…, at the law's highest tax
        (100_000, Tariff::R1M, 900, 1_000, "66.56"),
        // 976,000 / 1,699.53 = 574.276…, at 2.4 %
        (1_000_000, Tariff::R2, 3_500, 240, "574.27"),
        // 1,000,000 / 1,699.53 = 588.398…, untaxed
        (1_000_000, Tariff::R3, 6_600, 0, "588.39"),
        // Exactly: 1,444,700 / 1,444.70 = 1,000.
        (1_444_700, Tariff::R1, 1_300, 0, "1000.00"),
        (1, Tariff::R3, 6_600, 1_000, "0.00"),
    ];

    #[test]
    fn kwh_are_exact() {
        for (nominal, tariff, power_va, tax, kwh) in WORKED {
            let connection = Connection { tariff: *tariff, power_va: *power_va };
            let bought = connection.buys(rupiah(*nominal), LocalTax::new(*tax).unwrap()).unwrap();
            assert_eq!(bought.to_string(), *kwh, "{nominal} at {connection:?}");
            assert_eq!(kwh.parse::<Kwh>().unwrap(), bought);
            assert_eq!(bought.indonesian(), kwh.replace('.', ","));
        }
        let most = Connection { tariff: Tariff::R1, power_va: 450 }.buys(Money::idr(u64::MAX), LocalTax(0));
        assert!(most.is_some(), "no sum of money overflows");
    }

    #[test]
    fn a_connection_that_the_company_does_not_have_buys_nothing() {
        let tax = LocalTax::new(300).unwrap();
        for (tariff, power_va) in [(Tariff::R1, 1_301), (Tariff::R1M, 450), (Tariff::R2, 6_600), (Tariff::R3, 0)] {
            let connection = Connection { tariff, power_va };
            assert!(!connection.exists() && connection.buys(rupiah(20_000), tax).is_none(), "{connection:?}");
        }
    }

    #[test]
    fn a_month_is_720_hours_at_full_power() {
        assert_eq!(Connection { tariff: Tariff::R1, power_va: 450 }.month_limit().to_string(), "324.00");
        assert_eq!(Connection { tariff: Tariff::R1, power_va: 1_300 }.month_limit().to_string(), "936.00");
    }

    #[test]
    fn a_month_begins_where_the_meters_are() {
        let now: Timestamp = "2026-11-30T17:00:00Z".parse().unwrap();
        assert_eq!(Month::of(now, UtcOffset::UTC).as_str(), "2026-11");
        assert_eq!(Month::of(now, UtcOffset::from_hms(7, 0, 0).unwrap()).as_str(), "2026-12");
        assert!(["2026-13", "26-1", "2026-1", ""].iter().all(|bad| bad.parse::<Month>().is_err()));
    }

    #[test]
    fn tax_is_a_tenth_at_most() {
        assert!(LocalTax::new(1_000).is_some() && LocalTax::new(1_001).is_none());
        assert_eq!(LocalTax(240).to_string(), "2,40 %");
    }
}
