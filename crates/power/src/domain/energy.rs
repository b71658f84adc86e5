//! Energy, and what decides how much of it a meter gets: whole numbers and exact fractions, never floats.

use contracts::{Timestamp, text_type};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use time::UtcOffset;

/// One of the company's tariffs: a letter for the class (R homes, B businesses, I industry, P public, S social) and
/// what follows it, such as `R1`, `R1M` or `B2`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Tariff(String);

text_type!(Tariff, "^[A-Z][0-9A-Z]{0,5}$", "R1");

/// Why a text is no tariff.
#[derive(Debug, thiserror::Error)]
#[error("a tariff is a capital letter and up to five capital letters and digits, such as R1M")]
pub struct InvalidTariff;

impl FromStr for Tariff {
    type Err = InvalidTariff;

    fn from_str(text: &str) -> Result<Self, InvalidTariff> {
        let legal = text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        let fits = text.len() <= 6 && text.starts_with(|c: char| c.is_ascii_uppercase());
        if legal && fits { Ok(Self(text.to_owned())) } else { Err(InvalidTariff) }
    }
}

impl Tariff {
    /// One that this code spells out.
    pub(super) fn of(spelt: &'static str) -> Self {
        Self(spelt.to_owned())
    }

    /// A tariff as the company writes it on bills: `R-1M/TR` is `R1M`. The voltage behind the stroke (TR, TM, TT)
    /// follows from the tariff. Anything else there could be a tariff of its own, so it is not passed over.
    pub fn as_billed(text: &str) -> Result<Self, InvalidTariff> {
        let text = text.trim().to_ascii_uppercase();
        let (class, voltage) = text.split_once('/').unwrap_or((&text, "TR"));
        if !["TR", "TM", "TT"].contains(&voltage.trim()) {
            return Err(InvalidTariff);
        }
        class.replace(['-', '.', ' '], "").parse()
    }
}

/// How a meter is connected. This decides what its kWh cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Connection {
    /// The company's tariff.
    pub tariff: Tariff,
    /// The power it is connected with, in volt-amperes.
    pub power_va: u32,
}

/// One month's purchases may last at most this many hours at full power: the company sells no more to a meter.
const HOURS_A_MONTH: u64 = 720;

impl Connection {
    /// What may be sold to it in one month.
    pub fn month_limit(&self) -> Kwh {
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
    /// The whole, 100 %, in hundredths of a percent.
    pub const WHOLE: u64 = 10_000;
    const MOST: u64 = 1_000;

    /// What is left of the whole once it is taken off.
    pub const fn rest(self) -> u64 {
        Self::WHOLE - self.0
    }

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

    #[test]
    fn a_tariff_is_read_as_the_company_writes_it() {
        for (billed, tariff) in
            [("R1", "R1"), ("R-1M/TR", "R1M"), (" b2 ", "B2"), ("S.2", "S2"), ("P-1 / tm", "P1"), ("r-1m/tr\n", "R1M")]
        {
            assert_eq!(Tariff::as_billed(billed).unwrap().as_str(), tariff);
        }
        for bad in ["", "/", "-", "R-1/TR 900 VA-RTM", "R1/", "1R", "R1MMMMM", "R\u{661}", "R1\u{202e}", "R1;"] {
            assert!(Tariff::as_billed(bad).is_err() && bad.parse::<Tariff>().is_err(), "{bad:?}");
        }
        assert!("r1".parse::<Tariff>().is_err(), "an admin's table spells them one way");
    }

    #[test]
    fn a_month_is_720_hours_at_full_power() {
        let limit = |power_va| Connection { tariff: "R1".parse().unwrap(), power_va }.month_limit().to_string();
        assert_eq!((limit(450), limit(1_300)), ("324.00".to_owned(), "936.00".to_owned()));
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
