//! Meters: their numbers, what is kept of them, and what is checked in a draft.

use crate::domain::energy::{Connection, Kwh, LocalTax, Tariff};
use crate::domain::product::Product;
use crate::domain::rates::Rates;
use contracts::{Money, Problem, ProductId, line_of, text_type, ungrouped};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::str::FromStr;

/// A meter's number: 11 digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct MeterNumber(String);

text_type!(MeterNumber, "^[0-9]{11}$", "14000000001");

/// The number of the customer whose meter it is: 12 digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct CustomerNumber(String);

text_type!(CustomerNumber, "^[0-9]{12}$", "514000000001");

/// Why a text is neither a meter number nor a customer number.
#[derive(Debug, thiserror::Error)]
#[error("a meter number has 11 digits, a customer number 12")]
pub struct InvalidNumber;

/// So many digits, however the card groups them.
fn digits(text: &str, many: usize) -> Result<String, InvalidNumber> {
    let digits = ungrouped(text);
    let fits = digits.len() == many && digits.bytes().all(|b| b.is_ascii_digit());
    if fits { Ok(digits) } else { Err(InvalidNumber) }
}

impl FromStr for MeterNumber {
    type Err = InvalidNumber;

    fn from_str(text: &str) -> Result<Self, InvalidNumber> {
        digits(text, 11).map(Self)
    }
}

impl FromStr for CustomerNumber {
    type Err = InvalidNumber;

    fn from_str(text: &str) -> Result<Self, InvalidNumber> {
        digits(text, 12).map(Self)
    }
}

/// The number that a meter is looked up by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MeterQuery {
    /// Its own number.
    Meter(MeterNumber),
    /// Its customer's number.
    Customer(CustomerNumber),
}

impl MeterQuery {
    /// The number, of either kind.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Meter(number) => number.as_str(),
            Self::Customer(number) => number.as_str(),
        }
    }
}

impl JsonSchema for MeterQuery {
    fn schema_name() -> Cow<'static, str> {
        "MeterQuery".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string", "pattern": "^[0-9]{11,12}$", "examples": ["14000000001"], "x-form": InvalidNumber.to_string(),
        })
    }
}

impl<'de> Deserialize<'de> for MeterQuery {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

impl FromStr for MeterQuery {
    type Err = InvalidNumber;

    fn from_str(text: &str) -> Result<Self, InvalidNumber> {
        text.parse().map(Self::Meter).or_else(|_| text.parse().map(Self::Customer))
    }
}

/// A meter: whose it is and what it may be sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Meter {
    /// Its number.
    pub number: MeterNumber,
    /// Its customer's number, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_number: Option<CustomerNumber>,
    /// Whose it is.
    pub name: String,
    /// How it is connected.
    #[serde(flatten)]
    pub connection: Connection,
    /// The local tax, in hundredths of a percent.
    pub local_tax: LocalTax,
    /// Is nothing to be sold to it?
    #[serde(default)]
    pub blocked: bool,
    /// Grows by one with every change here; 0 for a meter that only the power company knows.
    #[serde(default)]
    pub version: u64,
}

impl contracts::Versioned for Meter {
    fn version(&self) -> u64 {
        self.version
    }
}

impl Meter {
    /// Is it the meter that was asked for? A meter without a customer number may be any customer's.
    pub fn answers_to(&self, asked: &MeterQuery) -> bool {
        match asked {
            MeterQuery::Meter(number) => self.number == *number,
            MeterQuery::Customer(number) => self.customer_number.as_ref().is_none_or(|customer| customer == number),
        }
    }

    /// What anybody who asks may see of it, and what they may buy for it out of `products` at these rates.
    pub fn view(&self, products: &[Product], rates: &Rates) -> MeterView {
        let on_sale = products.iter().filter(|product| product.active);
        MeterView {
            number: self.number.clone(),
            name: self.name.clone(),
            connection: self.connection.clone(),
            rates_version: rates.version,
            nominals: on_sale.filter_map(|product| self.nominal(product, rates)).collect(),
        }
    }

    /// What a product buys here. `None` if there is no such sum, or if it is more than a month's limit.
    fn nominal(&self, product: &Product, rates: &Rates) -> Option<NominalView> {
        let kwh = rates.buys(&self.connection, product.nominal, self.local_tax)?;
        (kwh <= self.connection.month_limit()).then_some(NominalView {
            product_id: product.id,
            product_version: product.version,
            nominal: product.nominal,
            admin_fee: product.admin_fee,
            total: product.total()?,
            kwh,
        })
    }
}

/// A meter as anybody sees it who gives its number: whose it is and how it is connected, just enough to know that it is
/// the right one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MeterView {
    /// Its number.
    pub number: MeterNumber,
    /// Whose it is.
    pub name: String,
    /// How it is connected.
    #[serde(flatten)]
    pub connection: Connection,
    /// The version of the table of rates; a purchase may name it, and is refused if the rates have changed since.
    pub rates_version: u64,
    /// What is on sale for it, cheapest first.
    pub nominals: Vec<NominalView>,
}

/// A product as it is sold to one meter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NominalView {
    /// The product.
    pub product_id: ProductId,
    /// Its version; a purchase may name it, and is refused if the product has changed since.
    pub product_version: u64,
    /// What the token is worth, tax included.
    pub nominal: Money,
    /// What the buyer pays on top of the nominal.
    pub admin_fee: Money,
    /// What the buyer pays.
    pub total: Money,
    /// The energy that it buys here, once the local tax is taken off.
    pub kwh: Kwh,
}

/// What an admin sends to add a meter, or to change one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MeterDraft {
    /// 11 digits.
    pub number: MeterNumber,
    /// 12 digits.
    pub customer_number: Option<CustomerNumber>,
    /// 1 to 100 characters.
    #[schemars(length(min = 1, max = 100))]
    pub name: String,
    /// The company's tariff.
    pub tariff: Tariff,
    /// In volt-amperes.
    pub power_va: u32,
    /// In hundredths of a percent, at most 1000; 3 % if not given.
    pub local_tax: Option<LocalTax>,
    /// Is nothing to be sold to it?
    #[serde(default)]
    pub blocked: bool,
}

/// The local tax of a meter if the draft gives none: 3 %, the lowest that is usual.
const USUAL_TAX: u64 = 300;

impl MeterDraft {
    /// The meter of this draft, checked field by field. The table of rates is asked when something is sold to it.
    pub fn check(self, version: u64) -> Result<Meter, Problem> {
        let name = line_of("name", &self.name, 100)?;
        let connection = Connection { tariff: self.tariff, power_va: self.power_va };
        if connection.power_va == 0 {
            return Err(Problem::invalid("power_va", "More than nothing."));
        }
        let usual = || LocalTax::new(USUAL_TAX);
        let local_tax = self.local_tax.or_else(usual).ok_or_else(|| Problem::invalid("local_tax", "At most 1000."))?;
        let Self { number, customer_number, blocked, .. } = self;
        Ok(Meter { number, customer_number, name, connection, local_tax, blocked, version })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_told_by_its_length() {
        assert!(matches!("14000000001".parse(), Ok(MeterQuery::Meter(_))));
        assert!(matches!("514000000001".parse(), Ok(MeterQuery::Customer(_))));
        assert!(matches!("1400 0000 001".parse(), Ok(MeterQuery::Meter(_))), "as it stands on a card");
        for bad in ["", "1400000000", "14000000001x", "1400O000001", "5140000000011", "-1400000000", "14000 00001"] {
            assert!(bad.parse::<MeterQuery>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_draft_names_the_field_that_is_wrong() {
        let draft = MeterDraft {
            number: "14000000001".parse().unwrap(),
            customer_number: None,
            name: " Siti ".into(),
            tariff: "R1".parse().unwrap(),
            power_va: 1_300,
            local_tax: None,
            blocked: false,
        };
        assert_eq!(draft.clone().check(1).unwrap().name, "Siti");
        for (field, wrong) in [
            ("name", MeterDraft { name: " ".into(), ..draft.clone() }),
            ("name", MeterDraft { name: "a\0b".into(), ..draft.clone() }),
            ("power_va", MeterDraft { power_va: 0, ..draft }),
        ] {
            assert_eq!(wrong.check(1).unwrap_err().body()["field"], field);
        }
    }
}
