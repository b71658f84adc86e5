//! An invoice, and what clients may ask of the payments service.

use crate::{Money, Service, Timestamp, UserId, text_type};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use uuid::Uuid;

/// An invoice's number: `inv-<client>-<reference>`.
///
/// It depends only on client and reference. So a client that got no answer to its request can still void the invoice
/// that payments may have made.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct InvoiceNumber(String);

text_type!(
    InvoiceNumber,
    "^inv-[a-z-]{1,32}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
    "inv-ticketing-019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11"
);

/// A text that is not an invoice number.
#[derive(Debug, thiserror::Error)]
#[error("an invoice number is inv-<client>-<reference>")]
pub struct InvalidNumber;

impl InvoiceNumber {
    /// The number of the one invoice that `client` may have for `reference`.
    pub fn of(client: &Service, reference: Uuid) -> Self {
        Self(format!("inv-{client}-{reference}"))
    }

    /// The client and the reference that the number names.
    pub fn parts(&self) -> Option<(Service, Uuid)> {
        let rest = self.0.strip_prefix("inv-")?;
        // The reference is the last 36 characters: a client's name may hold hyphens too.
        let (client, reference) = rest.split_at_checked(rest.len().checked_sub(37)?)?;
        Some((client.parse().ok()?, Uuid::try_parse(reference.strip_prefix('-')?).ok()?))
    }
}

impl FromStr for InvoiceNumber {
    type Err = InvalidNumber;

    fn from_str(text: &str) -> Result<Self, InvalidNumber> {
        let number = Self(text.to_owned());
        let (client, reference) = number.parts().ok_or(InvalidNumber)?;
        // Only the canonical spelling, so that one invoice has one key.
        if Self::of(&client, reference) == number { Ok(number) } else { Err(InvalidNumber) }
    }
}

/// Where an invoice stands. From `Pending` it goes once to `Paid`, `Failed` or `Void`; from `Paid` to `Refunded`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InvoiceStatus {
    /// Money may still come.
    Pending,
    /// The money came.
    Paid,
    /// The payment was tried and failed; no money comes.
    Failed,
    /// Withdrawn; no money comes.
    Void,
    /// The money went back.
    Refunded,
}

/// When the payment is asked for; a buyer says it with their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentMode {
    /// At once.
    #[default]
    Auto,
    /// When the buyer opens the payment URL and pays; until then the time to pay runs.
    Manual,
}

/// What a client asks payments for. The same reference with the same contents answers the same invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateInvoice {
    /// The client's own name for what is paid: the id of a booking or a purchase.
    pub reference: Uuid,
    /// How much.
    pub amount: Money,
    /// Who pays.
    pub payer: UserId,
    /// After this nothing is paid or settled any more.
    pub expires_at: Timestamp,
}

/// An invoice. One that was voided before it was made has neither amount, payer nor expiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Invoice {
    /// Its number.
    pub number: InvoiceNumber,
    /// Where it stands.
    pub status: InvoiceStatus,
    /// The service that asked for it.
    pub client: Service,
    /// The client's own name for what is paid.
    pub reference: Uuid,
    /// How much.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::money::with_more_members")]
    pub amount: Option<Money>,
    /// Who pays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payer: Option<UserId>,
    /// The page where the payer pays. It asks `POST /api/invoices/{number}/pay`.
    pub payment_url: String,
    /// After this nothing is paid or settled any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// When the payment provider refused for good to pay the money back. An admin does it by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_refused_at: Option<Timestamp>,
    /// The admin who then paid it back by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunded_by: Option<UserId>,
}

/// What became of the wish to pay money back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundAnswer {
    /// The money went back, now or before, or none was taken.
    PaidBack,
    /// The provider will never pay this money back: the payer's account is closed, say. Somebody does it by hand.
    Refused,
}

/// How an invoice's amount compares with what its goods cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sum {
    /// It is less, or money of another currency.
    Less,
    /// It is the same, or the invoice does not say.
    Agreed,
    /// It is more.
    More,
}

impl Invoice {
    /// Compares its amount with the price of what it pays for.
    pub fn against(&self, price: Money) -> Sum {
        match self.amount {
            None => Sum::Agreed,
            Some(amount) if amount == price => Sum::Agreed,
            Some(amount) if amount.currency == price.currency && amount.amount > price.amount => Sum::More,
            Some(_) => Sum::Less,
        }
    }
}

/// A message on the payment queue: settle this invoice, unless it is decided already, and tell its client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentWork {
    /// The invoice's number.
    pub invoice: InvoiceNumber,
    /// How its payer wants to pay, if they said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<PaymentMethod>,
}

impl PaymentWork {
    /// To be paid however the provider likes.
    pub const fn of(invoice: InvoiceNumber) -> Self {
        Self { invoice, method: None }
    }
}

/// How people pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PaymentMethod {
    /// Indonesia's one QR code for banks and wallets (Quick Response Code Indonesian Standard).
    Qris,
    /// A transfer to a bank account that is this invoice's alone.
    VirtualAccount,
    /// A wallet's own app.
    EWallet,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_names_its_client_and_reference() {
        let reference = Uuid::try_parse("019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11").unwrap();
        let client: Service = "ticketing".parse().unwrap();
        let number = InvoiceNumber::of(&client, reference);
        assert_eq!(number.as_str(), "inv-ticketing-019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11");
        assert_eq!(number.parts(), Some((client, reference)));
        assert_eq!(number.as_str().parse::<InvoiceNumber>().unwrap(), number);
    }

    #[test]
    fn refuses_what_is_no_number() {
        let upper = "inv-ticketing-019A5F3C-7C1E-7D60-9B57-2F8D1C0A4E11";
        for bad in ["", "inv-", "inv--019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11", "inv-ticketing-é", upper] {
            assert!(bad.parse::<InvoiceNumber>().is_err(), "{bad}");
        }
    }
}
