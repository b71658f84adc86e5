//! What a kWh costs, and so what a nominal buys: a table that an admin keeps.

use crate::domain::energy::{Connection, Kwh, LocalTax, Tariff};
use contracts::{Money, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most lines of the table.
const MOST_LINES: usize = 100;

/// One line of the table: what a kWh costs for meters of a tariff whose power is from the one to the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rate {
    /// The tariff.
    pub tariff: Tariff,
    /// The lowest power, in volt-amperes.
    #[schemars(range(min = 1))]
    pub from_va: u32,
    /// The highest power, in volt-amperes; the same as the lowest, where there is only one.
    #[schemars(range(min = 1))]
    pub to_va: u32,
    /// The price of one kWh, more than nothing.
    pub price: Money,
}

/// The lines of the table. Tokens are sold to meters that have a line, and to no others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RateLines {
    /// 1 to 100 lines. No two are about the same tariff and power.
    #[schemars(length(min = 1, max = 100))]
    pub rates: Vec<Rate>,
}

/// The table of rates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rates {
    /// Its lines.
    #[serde(flatten)]
    pub lines: RateLines,
    /// Grows by one with every change; 0 until an admin changed it.
    pub version: u64,
}

impl contracts::Versioned for Rates {
    fn version(&self) -> u64 {
        self.version
    }
}

impl RateLines {
    /// Refuses the first line that cannot be: the field names it.
    pub fn check(&self) -> Result<(), Problem> {
        if self.rates.is_empty() || self.rates.len() > MOST_LINES {
            return Err(Problem::invalid("rates", "1 to 100 lines."));
        }
        for (place, rate) in self.rates.iter().enumerate() {
            let wrong = |field: &str, why: &str| Problem::invalid(&format!("rates[{place}].{field}"), why);
            if rate.from_va == 0 {
                return Err(wrong("from_va", "More than nothing."));
            }
            if rate.to_va < rate.from_va {
                return Err(wrong("to_va", "Not less than from_va."));
            }
            if rate.price.amount == 0 {
                return Err(wrong("price", "More than nothing."));
            }
            let before = self.rates.iter().take(place);
            if before.clone().any(|other| other.tariff == rate.tariff && other.meets(rate)) {
                return Err(wrong("from_va", "An earlier line is about this tariff and power, too."));
            }
        }
        Ok(())
    }
}

impl Rate {
    const fn meets(&self, other: &Self) -> bool {
        self.from_va <= other.to_va && other.from_va <= self.to_va
    }
}

impl Rates {
    /// The table until an admin changes it: the tariffs of homes, at the prices of the energy ministry's tariff
    /// adjustment (PLN, "Tariff Adjustment", unchanged since the third quarter of 2022).
    ///
    /// It is version 0 for ever. Other prices come with a migration that writes the table, and not from here.
    pub fn of_homes() -> Self {
        let rates = [
            ("R1", 450, 450, 41_500),
            ("R1", 900, 900, 60_500),
            ("R1M", 900, 900, 135_200),
            ("R1", 1_300, 1_300, 144_470),
            ("R1", 2_200, 2_200, 144_470),
            ("R2", 3_500, 5_500, 169_953),
            ("R3", 6_600, 1_000_000, 169_953),
        ];
        let rate = |(tariff, from_va, to_va, price)| Rate {
            tariff: Tariff::of(tariff),
            from_va,
            to_va,
            price: Money::idr(price),
        };
        Self { lines: RateLines { rates: rates.map(rate).into() }, version: 0 }
    }

    /// What a kWh costs there. `None` if nothing is sold to such a connection.
    pub fn price(&self, connection: &Connection) -> Option<Money> {
        let Connection { tariff, power_va } = connection;
        let of = |rate: &&Rate| rate.tariff == *tariff && (rate.from_va..=rate.to_va).contains(power_va);
        self.lines.rates.iter().find(of).map(|rate| rate.price)
    }

    /// What `nominal` buys there once the local tax is taken off, rounded down to the hundredth of a kWh. `None` if
    /// nothing is sold to such a connection.
    pub fn buys(&self, connection: &Connection, nominal: Money, tax: LocalTax) -> Option<Kwh> {
        let price = u128::from(self.price(connection)?.amount);
        let net = u128::from(nominal.amount) * u128::from(tax.rest());
        let hundredths = (net * 100).checked_div(price * u128::from(LocalTax::WHOLE))?;
        u64::try_from(hundredths).ok().map(Kwh::of_hundredths)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(tariff: &str, power_va: u32) -> Connection {
        Connection { tariff: tariff.parse().unwrap(), power_va }
    }

    fn rupiah(whole: u64) -> Money {
        Money::idr(whole * 100)
    }

    /// Nominal in rupiah, tariff, power, tax in hundredths of a percent, kWh.
    const WORKED: &[(u64, &str, u32, u64, &str)] = &[
        // As published for PLN's tariff of Rp 1,444.70 a kWh at 1,300 VA: 100,000 less 3 % is 97,000, and
        // 97,000 / 1,444.70 is 67.14.
        (100_000, "R1", 1_300, 300, "67.14"),
        // 19,400 / 1,444.70 = 13.428…
        (20_000, "R1", 1_300, 300, "13.42"),
        // 48,500 / 1,444.70 = 33.570…
        (50_000, "R1", 2_200, 300, "33.57"),
        // 194,000 / 415 = 467.469…
        (200_000, "R1", 450, 300, "467.46"),
        // 485,000 / 605 = 801.652…
        (500_000, "R1", 900, 300, "801.65"),
        // 90,000 / 1,352 = 66.568…, at the law's highest tax
        (100_000, "R1M", 900, 1_000, "66.56"),
        // 976,000 / 1,699.53 = 574.276…, at 2.4 %
        (1_000_000, "R2", 3_500, 240, "574.27"),
        // 1,000,000 / 1,699.53 = 588.398…, untaxed
        (1_000_000, "R3", 6_600, 0, "588.39"),
        // Exactly: 1,444,700 / 1,444.70 = 1,000.
        (1_444_700, "R1", 1_300, 0, "1000.00"),
        (1, "R3", 6_600, 1_000, "0.00"),
    ];

    #[test]
    fn kwh_are_exact() {
        for (nominal, tariff, power_va, tax, kwh) in WORKED {
            let connection = connection(tariff, *power_va);
            let rates = Rates::of_homes();
            let bought = rates.buys(&connection, rupiah(*nominal), LocalTax::new(*tax).unwrap()).unwrap();
            assert_eq!(bought.to_string(), *kwh, "{nominal} at {connection:?}");
            assert_eq!(kwh.parse::<Kwh>().unwrap(), bought);
            assert_eq!(bought.indonesian(), kwh.replace('.', ","));
        }
        let untaxed = LocalTax::new(0).unwrap();
        let most = Rates::of_homes().buys(&connection("R1", 450), Money::idr(u64::MAX), untaxed);
        assert!(most.is_some(), "no nominal overflows");
    }

    #[test]
    fn a_connection_without_a_line_buys_nothing() {
        let tax = LocalTax::new(300).unwrap();
        for (tariff, power_va) in [("R1", 1_301), ("R1M", 450), ("R2", 6_600), ("R3", 0)] {
            let connection = connection(tariff, power_va);
            let rates = Rates::of_homes();
            assert!(rates.price(&connection).is_none(), "{connection:?}");
            assert!(rates.buys(&connection, rupiah(20_000), tax).is_none(), "{connection:?}");
        }
    }

    #[test]
    fn a_table_names_the_line_that_is_wrong() {
        let usual = Rates::of_homes().lines;
        assert!(usual.check().is_ok());
        assert!(usual.rates.iter().all(|rate| rate.tariff.as_str().parse::<Tariff>().is_ok()));
        let rate = |tariff: &str, from_va, to_va, price| Rate {
            tariff: tariff.parse().unwrap(),
            from_va,
            to_va,
            price: Money::idr(price),
        };
        let good = rate("B2", 6_600, 200_000, 144_470);
        for (second, field) in [
            (rate("B2", 6_600, 6_600, 1), "rates[1].from_va"),
            (rate("B2", 1, 6_600, 1), "rates[1].from_va"),
            (rate("B2", 200_000, 300_000, 1), "rates[1].from_va"),
            (rate("B1", 0, 450, 1), "rates[1].from_va"),
            (rate("B1", 900, 450, 1), "rates[1].to_va"),
            (rate("B1", 450, 900, 0), "rates[1].price"),
        ] {
            let lines = RateLines { rates: vec![good.clone(), second] };
            assert_eq!(lines.check().unwrap_err().body()["field"], field);
        }
        for many in [0, 101] {
            let rates = (0..many).map(|n| rate("B2", n + 1, n + 1, 1)).collect();
            assert_eq!(RateLines { rates }.check().unwrap_err().body()["field"], "rates");
        }
        let beside = rate("B2", 1_300, 5_500, 1);
        assert!(RateLines { rates: vec![good, beside, rate("B3", 6_600, 6_600, 1)] }.check().is_ok());
    }
}
