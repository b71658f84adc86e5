//! What passes between power and the power company: orders, and the tokens that it issues.

use crate::domain::meter::MeterNumber;
use contracts::{Money, PurchaseId, text_type, ungrouped};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// What the power company is asked about. Every question names the reference, the meter and the nominal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Our reference, the purchase's id. The company sells once for one reference, even if it is asked several times.
    pub reference: PurchaseId,
    /// The meter.
    pub meter_number: MeterNumber,
    /// What the token is worth.
    pub nominal: Money,
}

/// A power token: 20 digits, for one meter and to be used once (STS, IEC 62055-41). It is kept and shown in five groups
/// of four: `1234-5678-9012-3456-7890`. Companies group them in other ways, or not at all.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Token(String);

text_type!(Token, "^[0-9]{4}(-[0-9]{4}){4}$", "1234-5678-9012-3456-7890");

/// Why a text is no token. It does not repeat the text.
#[derive(Debug, thiserror::Error)]
#[error("a token has 20 digits")]
pub struct InvalidToken;

impl Token {
    /// The token of a number. Only its last 20 digits count.
    pub fn of_number(number: u128) -> Self {
        let digits = format!("{:020}", number % 100_000_000_000_000_000_000);
        let fours: Vec<_> = (0..5).filter_map(|four| digits.get(four * 4..four * 4 + 4)).collect();
        Self(fours.join("-"))
    }
}

impl FromStr for Token {
    type Err = InvalidToken;

    fn from_str(text: &str) -> Result<Self, InvalidToken> {
        let digits = ungrouped(text);
        let fits = digits.len() == 20 && digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse().ok().filter(|_| fits).map(Self::of_number).ok_or(InvalidToken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_five_fours() {
        assert_eq!(Token::of_number(12_345).as_str(), "0000-0000-0000-0001-2345");
        assert_eq!(Token::of_number(u128::MAX).as_str().parse::<Token>().unwrap(), Token::of_number(u128::MAX));
        for same in [
            "12345678901234567890",
            "1234 5678 9012 3456 7890",
            " 12345-67890-12345-67890",
            "1234-5678-9012-3456-78９0",
        ] {
            assert_eq!(same.parse::<Token>().unwrap().as_str(), "1234-5678-9012-3456-7890", "{same}");
        }
        for bad in
            ["", "1234-5678-9012-3456-789", "123456789012345678901", "1234-5678-9012-3456-78O0", "1234-5678-9012-3456"]
        {
            assert!(bad.parse::<Token>().is_err(), "{bad}");
        }
    }
}
