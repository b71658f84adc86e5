//! One purchase: what it is, and what may become of it.

use crate::domain::energy::{Connection, Kwh, LocalTax, Month};
use crate::domain::meter::MeterNumber;
use crate::domain::order::{Order, Token};
use contracts::{
    CorrelationId, InvoiceLink, InvoiceNumber, Locale, Money, PaymentMode, ProductId, PurchaseId, Reference, Service,
    Timestamp, UserId,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a purchase stands. `AwaitingPayment`, `Issuing` and `Refunding` are not final.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, strum::IntoStaticStr, strum::Display,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PurchaseStatus {
    /// The invoice is not decided yet: money may come.
    AwaitingPayment,
    /// Paid; the power company is asked for the token until it gives a final answer.
    Issuing,
    /// The buyer has the token.
    Issued,
    /// Ended unpaid, for a [`Reason`].
    Failed,
    /// Paid, and the power company refused; the money is on its way back.
    Refunding,
    /// The money is back.
    Refunded,
}

/// Why a purchase did not end with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    /// The payment was tried and failed.
    PaymentFailed,
    /// The payment service made no invoice.
    PaymentUnavailable,
    /// Nobody paid in time.
    Expired,
    /// The power company said no.
    CompanyRefused,
}

/// The person to tell, and whose meter it is. It is deleted once the purchase is final and its buyer was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The buyer's name.
    pub name: String,
    /// Where they get mail.
    pub email: String,
    /// The language of their mail.
    pub locale: Locale,
    /// Whose meter it is.
    pub meter_name: String,
}

/// A purchase as power keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purchase {
    /// Its id, the reference of its invoice and of its order.
    pub id: PurchaseId,
    /// Whose it is.
    pub user_id: UserId,
    /// For which meter.
    pub meter_number: MeterNumber,
    /// How the meter is connected.
    #[serde(flatten)]
    pub connection: Connection,
    /// What was bought.
    pub product_id: ProductId,
    /// What the token is worth.
    pub nominal: Money,
    /// What was asked besides.
    pub admin_fee: Money,
    /// What is paid.
    pub total: Money,
    /// The local tax within the nominal.
    pub local_tax: LocalTax,
    /// How much energy it buys.
    pub kwh: Kwh,
    /// The month in which it counts towards the meter's limit.
    pub month: Month,
    /// Where it stands.
    pub status: PurchaseStatus,
    /// Why it did not end with a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// When the payment is asked for.
    pub payment: PaymentMode,
    /// Until when it can be paid. Then a timer asks for its end, and the invoice decides which end it is.
    pub expires_at: Timestamp,
    /// Its invoice, once we heard of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceLink>,
    /// The token, once issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Token>,
    /// The person to tell, until the last mail is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its status last changed.
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    pub version: u64,
    /// A digest of the request, if it came with an idempotency key.
    #[serde(rename = "request", skip_serializing_if = "Option::is_none")]
    pub request_digest: Option<String>,
    /// The chain of requests and messages in which it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<CorrelationId>,
}

/// A purchase as its buyer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PurchaseView {
    /// Its id.
    pub id: PurchaseId,
    /// What people say in place of the id.
    pub reference: Reference,
    /// Where it stands.
    pub status: PurchaseStatus,
    /// Why it did not end with a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// For which meter.
    pub meter_number: MeterNumber,
    /// What was bought.
    pub product_id: ProductId,
    /// What the token is worth, tax included.
    pub nominal: Money,
    /// What was asked besides.
    pub admin_fee: Money,
    /// What is paid.
    pub total: Money,
    /// Until when it can be paid.
    pub expires_at: Timestamp,
    /// Its invoice, once made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceLink>,
    /// The energy that it buys.
    pub kwh: Kwh,
    /// The token, once issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Token>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its status last changed.
    pub updated_at: Timestamp,
}

/// What may happen to a purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// There is an invoice, waiting for payment.
    InvoiceMade(InvoiceLink),
    /// The invoice is paid.
    Paid(InvoiceLink),
    /// The invoice is paid, with less than the purchase costs.
    Underpaid(InvoiceLink),
    /// The payment was tried and failed.
    PaymentFailed(InvoiceLink),
    /// The invoice is void: no money comes. The link is there only if the invoice was ever made.
    Voided(Ending, Option<InvoiceLink>),
    /// The power company issued the token.
    Issued(Token),
    /// The power company said no, for good.
    Refused,
    /// The money is back.
    Refunded,
}

/// How a purchase ends if its invoice is void.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Nobody paid in time.
    Expired,
    /// Payments made no invoice.
    PaymentUnavailable,
}

/// One change of a purchase. All of it is written, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The new status.
    pub to: PurchaseStatus,
    /// Why it did not end with a token, if it did not.
    pub reason: Option<Reason>,
    /// The invoice, if this change adds it.
    pub invoice: Option<InvoiceLink>,
    /// The token, if this change adds it.
    pub token: Option<Token>,
    /// Does the purchase no longer count in its meter's month?
    pub frees_month: bool,
}

/// What to do about a happening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Write this, on condition that nothing else was written meanwhile.
    Apply(Transition),
    /// It was done already, or somebody else decided otherwise before.
    Nothing,
    /// The happening contradicts how the purchase stands, such as money for one that failed. It must never happen; if
    /// it does, somebody must know.
    Contradiction,
}

impl PurchaseStatus {
    /// May its buyer still get what it is for?
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::AwaitingPayment | Self::Issuing)
    }
}

impl Purchase {
    /// The number of its invoice. It follows from the purchase's id, so it is known before the invoice is made.
    pub fn invoice_number(&self) -> Option<InvoiceNumber> {
        let client: Service = crate::NAME.parse().ok()?;
        Some(InvoiceNumber::of(&client, self.id.uuid()))
    }

    /// What the power company is asked for.
    pub fn order(&self) -> Order {
        Order { reference: self.id, meter_number: self.meter_number.clone(), nominal: self.nominal }
    }

    /// What `happening` changes about the purchase.
    pub fn decide(&self, happening: Happening) -> Decision {
        use PurchaseStatus::{AwaitingPayment, Failed, Issued, Issuing, Refunded, Refunding};
        match (happening, self.status) {
            (Happening::InvoiceMade(link), AwaitingPayment) if self.invoice.is_none() => {
                Decision::Apply(Transition { invoice: Some(link), ..Transition::to(AwaitingPayment) })
            }
            (Happening::Paid(link), AwaitingPayment) => {
                Decision::Apply(Transition { invoice: Some(link), ..Transition::to(Issuing) })
            }
            // The money goes back.
            (Happening::Underpaid(link), AwaitingPayment) => {
                let (reason, invoice) = (Some(Reason::PaymentFailed), Some(link));
                Decision::Apply(Transition { reason, invoice, frees_month: true, ..Transition::to(Refunding) })
            }
            (Happening::PaymentFailed(link), AwaitingPayment) => fail(Reason::PaymentFailed, Some(link)),
            (Happening::Voided(ending, link), AwaitingPayment) => {
                let reason = match ending {
                    Ending::Expired => Reason::Expired,
                    Ending::PaymentUnavailable => Reason::PaymentUnavailable,
                };
                fail(reason, link)
            }
            (Happening::Issued(token), Issuing) => {
                Decision::Apply(Transition { token: Some(token), ..Transition::to(Issued) })
            }
            (Happening::Issued(token), Issued) if self.token.as_ref() == Some(&token) => Decision::Nothing,
            (Happening::Refused, Issuing) => {
                let reason = Some(Reason::CompanyRefused);
                Decision::Apply(Transition { reason, frees_month: true, ..Transition::to(Refunding) })
            }
            (Happening::Refunded, Refunding) => {
                Decision::Apply(Transition { reason: self.reason, ..Transition::to(Refunded) })
            }
            // Money for a purchase that failed, a refusal after the token, a second token, or a token for a purchase
            // that is not paid or whose money goes back.
            (Happening::Paid(_), Failed) | (Happening::Refused, Issued) | (Happening::Issued(_), _) => {
                Decision::Contradiction
            }
            _ => Decision::Nothing,
        }
    }

    /// The purchase after a change.
    #[must_use]
    pub fn after(&self, change: &Transition, now: Timestamp) -> Self {
        Self {
            status: change.to,
            reason: change.reason,
            invoice: change.invoice.clone().or_else(|| self.invoice.clone()),
            token: change.token.clone().or_else(|| self.token.clone()),
            updated_at: now,
            version: self.version + 1,
            ..self.clone()
        }
    }

    /// Is its status final?
    pub const fn is_final(&self) -> bool {
        matches!(self.status, PurchaseStatus::Issued | PurchaseStatus::Failed | PurchaseStatus::Refunded)
    }

    /// What people say in place of its id.
    pub fn reference(&self) -> Reference {
        Reference::of(self.id.uuid())
    }

    /// As its buyer sees it.
    pub fn view(&self) -> PurchaseView {
        PurchaseView {
            id: self.id,
            reference: self.reference(),
            status: self.status,
            reason: self.reason,
            meter_number: self.meter_number.clone(),
            product_id: self.product_id,
            nominal: self.nominal,
            admin_fee: self.admin_fee,
            total: self.total,
            expires_at: self.expires_at,
            invoice: self.invoice.clone(),
            kwh: self.kwh,
            token: self.token.clone(),
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

impl Transition {
    const fn to(to: PurchaseStatus) -> Self {
        Self { to, reason: None, invoice: None, token: None, frees_month: false }
    }
}

fn fail(reason: Reason, invoice: Option<InvoiceLink>) -> Decision {
    let to = Transition::to(PurchaseStatus::Failed);
    Decision::Apply(Transition { reason: Some(reason), invoice, frees_month: true, ..to })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use uuid::Uuid;

    fn token(number: u128) -> Token {
        Token::of_number(number)
    }

    fn link() -> InvoiceLink {
        let client: Service = crate::NAME.parse().unwrap();
        InvoiceLink {
            number: InvoiceNumber::of(&client, Uuid::from_u128(1)),
            payment_url: "https://karcis.test".into(),
        }
    }

    pub(crate) fn purchase(status: PurchaseStatus) -> Purchase {
        let connection = Connection { tariff: "R1".parse().unwrap(), power_va: 1_300 };
        Purchase {
            id: PurchaseId::new(Uuid::from_u128(1)),
            user_id: UserId::new(Uuid::from_u128(2)),
            meter_number: "14000000001".parse().unwrap(),
            connection,
            product_id: ProductId::new(Uuid::from_u128(3)),
            nominal: Money::idr(10_000_000),
            admin_fee: Money::idr(150_000),
            total: Money::idr(10_150_000),
            local_tax: LocalTax::new(300).unwrap(),
            kwh: "67.14".parse().unwrap(),
            month: "2026-11".parse().unwrap(),
            status,
            reason: None,
            payment: PaymentMode::Auto,
            expires_at: Timestamp::from_millis(10_000),
            invoice: None,
            token: (status == PurchaseStatus::Issued).then(|| token(7)),
            contact: None,
            created_at: Timestamp::from_millis(0),
            updated_at: Timestamp::from_millis(0),
            version: 1,
            request_digest: None,
            correlation: None,
        }
    }

    fn becomes(from: PurchaseStatus, happening: Happening) -> Option<PurchaseStatus> {
        match purchase(from).decide(happening) {
            Decision::Apply(change) => Some(change.to),
            Decision::Nothing | Decision::Contradiction => None,
        }
    }

    /// Every status with everything that may happen: where it goes, where it stays, and what is a contradiction.
    #[test]
    fn every_step_is_one_that_may_be_taken() {
        use PurchaseStatus::{AwaitingPayment, Failed, Issued, Issuing, Refunded, Refunding};
        let all = [AwaitingPayment, Issuing, Issued, Failed, Refunding, Refunded];
        // The happening, the status before and the one after, and the statuses in which it is a contradiction.
        let steps = [
            (Happening::InvoiceMade(link()), (AwaitingPayment, AwaitingPayment), vec![]),
            (Happening::Paid(link()), (AwaitingPayment, Issuing), vec![Failed]),
            (Happening::Underpaid(link()), (AwaitingPayment, Refunding), vec![]),
            (Happening::PaymentFailed(link()), (AwaitingPayment, Failed), vec![]),
            (Happening::Voided(Ending::Expired, None), (AwaitingPayment, Failed), vec![]),
            (Happening::Issued(token(7)), (Issuing, Issued), vec![AwaitingPayment, Failed, Refunding, Refunded]),
            (
                Happening::Issued(token(8)),
                (Issuing, Issued),
                vec![AwaitingPayment, Issued, Failed, Refunding, Refunded],
            ),
            (Happening::Refused, (Issuing, Refunding), vec![Issued]),
            (Happening::Refunded, (Refunding, Refunded), vec![]),
        ];
        for (happening, (start, end), contradictions) in steps {
            for from in all {
                let to = (from == start).then_some(end);
                assert_eq!(becomes(from, happening.clone()), to, "{from} hears {happening:?}");
                let decision = purchase(from).decide(happening.clone());
                assert_eq!(decision == Decision::Contradiction, contradictions.contains(&from), "{from} {happening:?}");
            }
        }
    }

    #[test]
    fn only_an_end_without_a_token_frees_the_month() {
        let frees = |from, happening| match purchase(from).decide(happening) {
            Decision::Apply(change) => change.frees_month,
            _ => false,
        };
        assert!(frees(PurchaseStatus::AwaitingPayment, Happening::PaymentFailed(link())));
        assert!(frees(PurchaseStatus::AwaitingPayment, Happening::Voided(Ending::PaymentUnavailable, None)));
        assert!(frees(PurchaseStatus::Issuing, Happening::Refused));
        assert!(!frees(PurchaseStatus::Issuing, Happening::Issued(token(7))));
        assert!(!frees(PurchaseStatus::Refunding, Happening::Refunded), "it did so when it was refused");
    }

    #[test]
    fn kwh_are_seen_before_paying_and_the_token_once_issued() {
        let (before, after) = (purchase(PurchaseStatus::Issuing).view(), purchase(PurchaseStatus::Issued).view());
        assert_eq!((before.kwh.to_string().as_str(), before.token), ("67.14", None));
        assert_eq!((after.kwh, after.token), (before.kwh, Some(token(7))));
    }
}
