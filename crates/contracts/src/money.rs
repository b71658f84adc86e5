//! Money: whole numbers of a currency's minor unit, never floats.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// An ISO 4217 currency. Karcis sells in rupiah; another is a new variant here, with its exponent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Currency {
    /// Indonesian rupiah, two decimals in ISO 4217, although none are used in practice.
    #[serde(rename = "IDR")]
    Idr,
}

/// An amount in the minor unit of its currency: `{"amount": 5000000, "currency": "IDR"}` is Rp 50.000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// In the currency's ISO 4217 minor unit.
    pub amount: u64,
    /// What the amount counts.
    pub currency: Currency,
}

/// The highest price, in minor units: ten thousand million rupiah. The sum of twenty such prices stays far below
/// `u64::MAX`.
const MAX_PRICE: u64 = 1_000_000_000_000;

impl Money {
    /// An amount of rupiah, given in sen, ISO 4217's minor unit.
    pub const fn idr(amount: u64) -> Self {
        Self { amount, currency: Currency::Idr }
    }

    /// Is this a valid price? A price is a whole number of rupiah, above 0 and not above the highest price.
    pub const fn is_price(self) -> bool {
        self.amount > 0 && self.amount <= MAX_PRICE && self.amount.is_multiple_of(100)
    }

    /// The sum of prices; `None` when it does not fit or currencies differ.
    pub fn sum(prices: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut all = prices.into_iter();
        let first = all.next()?;
        all.try_fold(first, |sum, one| {
            let amount = (sum.currency == one.currency).then(|| sum.amount.checked_add(one.amount))??;
            Some(Self { amount, ..sum })
        })
    }
}

/// As Indonesians write it: `Rp 50.000`, with sen only where there are any.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, sen) = (self.amount / 100, self.amount % 100);
        let digits = whole.to_string();
        f.write_str("Rp ")?;
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                f.write_str(".")?;
            }
            write!(f, "{digit}")?;
        }
        if sen > 0 { write!(f, ",{sen:02}") } else { Ok(()) }
    }
}

/// Reads an amount that another system sent, which may have members that we do not know.
pub fn with_more_members<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Money>, D::Error> {
    #[derive(Deserialize)]
    struct Known {
        amount: u64,
        currency: Currency,
    }
    let known = Option::<Known>::deserialize(from)?;
    Ok(known.map(|Known { amount, currency }| Money { amount, currency }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_as_indonesians_do() {
        assert_eq!(Money::idr(5_000_000).to_string(), "Rp 50.000");
        assert_eq!(Money::idr(12_345_678_900).to_string(), "Rp 123.456.789");
        assert_eq!(Money::idr(99_950).to_string(), "Rp 999,50");
    }

    #[test]
    fn sums_do_not_overflow() {
        assert_eq!(Money::sum([Money::idr(1), Money::idr(2)]), Some(Money::idr(3)));
        assert_eq!(Money::sum([Money::idr(u64::MAX), Money::idr(1)]), None);
        assert_eq!(Money::sum([]), None);
    }

    #[test]
    fn a_price_is_whole_rupiah_above_zero() {
        assert!(Money::idr(100).is_price());
        for bad in [0, 150, MAX_PRICE + 100] {
            assert!(!Money::idr(bad).is_price(), "{bad}");
        }
    }
}
