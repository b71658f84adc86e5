//! The rules of an invoice: no I/O, no clock, no randomness.

use contracts::{CreateInvoice, Invoice, InvoiceNumber, InvoiceStatus, Money, Service, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An invoice as payments keeps it. One voided before it was made (a tombstone) has no terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredInvoice {
    /// Its number.
    pub number: InvoiceNumber,
    /// Its status.
    pub status: InvoiceStatus,
    /// The service that asked for it.
    pub client: Service,
    /// The client's own name for what is paid.
    pub reference: Uuid,
    /// What was agreed, unless it was voided before it was made.
    #[serde(flatten)]
    pub terms: Option<Terms>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its status last changed.
    pub updated_at: Timestamp,
    /// When the provider refused for good to pay the money back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_refused_at: Option<Timestamp>,
    /// The admin who paid the money back by hand, because the provider refused to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunded_by: Option<UserId>,
}

/// What a client and its payer agreed on. It never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// How much.
    pub amount: Money,
    /// Who pays.
    pub payer: UserId,
    /// From this time on it is neither paid nor settled.
    pub expires_at: Timestamp,
}

/// How a payment ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The money came.
    Paid,
    /// The money did not come, and will not.
    Failed,
}

impl Outcome {
    /// The status of an invoice with this outcome.
    pub const fn status(self) -> InvoiceStatus {
        match self {
            Self::Paid => InvoiceStatus::Paid,
            Self::Failed => InvoiceStatus::Failed,
        }
    }
}

/// What the worker is to do with an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// Try the payment, then store its outcome if the invoice is still `PENDING`.
    Charge,
    /// It is decided: tell the client again.
    Report,
    /// It was withdrawn: pay back what an earlier try may have taken for it.
    PayBack,
    /// Its time is over. Once it is withdrawn, money that an earlier try may have taken must go back.
    Wait,
    /// Nothing to decide and nothing to tell.
    Nothing,
}

impl StoredInvoice {
    /// A new invoice, waiting for payment.
    pub fn pending(client: Service, asked: &CreateInvoice, now: Timestamp) -> Self {
        let terms = Terms { amount: asked.amount, payer: asked.payer, expires_at: asked.expires_at };
        Self::new(client, asked.reference, InvoiceStatus::Pending, Some(terms), now)
    }

    /// The `VOID` invoice that voiding stores if there is none, so that a late create finds it.
    pub fn tombstone(client: Service, reference: Uuid, now: Timestamp) -> Self {
        Self::new(client, reference, InvoiceStatus::Void, None, now)
    }

    fn new(client: Service, reference: Uuid, status: InvoiceStatus, terms: Option<Terms>, now: Timestamp) -> Self {
        let number = InvoiceNumber::of(&client, reference);
        let (created_at, updated_at) = (now, now);
        Self {
            number,
            status,
            client,
            reference,
            terms,
            created_at,
            updated_at,
            refund_refused_at: None,
            refunded_by: None,
        }
    }

    /// Does this invoice answer `asked`? A tombstone always does: it says that no invoice will be made any more.
    pub fn answers(&self, asked: &CreateInvoice) -> bool {
        self.terms.is_none_or(|t| (t.amount, t.payer, t.expires_at) == (asked.amount, asked.payer, asked.expires_at))
    }

    /// May this person see and pay it?
    pub fn is_payable_by(&self, user: UserId) -> bool {
        self.terms.is_some_and(|terms| terms.payer == user)
    }

    /// May it be paid at `now`?
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.status == InvoiceStatus::Pending && self.terms.is_some_and(|terms| now < terms.expires_at)
    }

    /// What the worker must do with it at `now`. The worker leaves an expired invoice alone: the client that waits for
    /// it voids it.
    pub fn settlement(&self, now: Timestamp) -> Settlement {
        match self.status {
            InvoiceStatus::Pending if self.is_open(now) => Settlement::Charge,
            InvoiceStatus::Pending => Settlement::Wait,
            InvoiceStatus::Paid | InvoiceStatus::Failed => Settlement::Report,
            InvoiceStatus::Void if self.terms.is_some() && self.refund_refused_at.is_none() => Settlement::PayBack,
            // Its client asked in vain, and waits.
            InvoiceStatus::Refunded if self.refunded_by.is_some() => Settlement::Report,
            InvoiceStatus::Void | InvoiceStatus::Refunded => Settlement::Nothing,
        }
    }

    /// Its status once its money was paid back by hand. `None`: the provider did not refuse to pay it back, and so
    /// nobody else may.
    pub fn after_refund_by_hand(&self) -> Option<InvoiceStatus> {
        self.refund_refused_at?;
        match self.status {
            InvoiceStatus::Paid => Some(InvoiceStatus::Refunded),
            // What was withdrawn stays withdrawn.
            InvoiceStatus::Void => Some(InvoiceStatus::Void),
            InvoiceStatus::Pending | InvoiceStatus::Failed | InvoiceStatus::Refunded => None,
        }
    }

    /// As clients and payers see it. `public_url` is where Karcis is reached, without a slash at its end.
    pub fn view(&self, public_url: &str) -> Invoice {
        Invoice {
            number: self.number.clone(),
            status: self.status,
            client: self.client.clone(),
            reference: self.reference,
            amount: self.terms.map(|terms| terms.amount),
            payer: self.terms.map(|terms| terms.payer),
            payment_url: format!("{public_url}/pay/{}", self.number),
            expires_at: self.terms.map(|terms| terms.expires_at),
            refund_refused_at: self.refund_refused_at,
            refunded_by: self.refunded_by,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn invoice(status: InvoiceStatus) -> StoredInvoice {
        let asked = CreateInvoice {
            reference: Uuid::from_u128(1),
            amount: Money::idr(5_000_000),
            payer: UserId::new(Uuid::from_u128(2)),
            expires_at: Timestamp::from_millis(10_000),
        };
        let client: Service = "ticketing".parse().unwrap();
        StoredInvoice { status, ..StoredInvoice::pending(client, &asked, Timestamp::from_millis(0)) }
    }

    #[test]
    fn a_decided_invoice_is_reported_and_never_charged_again() {
        let now = Timestamp::from_millis(5_000);
        assert_eq!(invoice(InvoiceStatus::Pending).settlement(now), Settlement::Charge);
        assert_eq!(invoice(InvoiceStatus::Paid).settlement(now), Settlement::Report);
        assert_eq!(invoice(InvoiceStatus::Failed).settlement(now), Settlement::Report);
        assert_eq!(invoice(InvoiceStatus::Void).settlement(now), Settlement::PayBack);
        assert_eq!(invoice(InvoiceStatus::Refunded).settlement(now), Settlement::Nothing);
    }

    #[test]
    fn money_that_the_provider_keeps_is_paid_back_by_hand_and_only_then() {
        let now = Timestamp::from_millis(5_000);
        for (status, after) in [
            (InvoiceStatus::Pending, None),
            (InvoiceStatus::Failed, None),
            (InvoiceStatus::Paid, Some(InvoiceStatus::Refunded)),
            (InvoiceStatus::Refunded, None),
            (InvoiceStatus::Void, Some(InvoiceStatus::Void)),
        ] {
            assert_eq!(invoice(status).after_refund_by_hand(), None, "{status:?}, not refused");
            let refused = StoredInvoice { refund_refused_at: Some(now), ..invoice(status) };
            assert_eq!(refused.after_refund_by_hand(), after, "{status:?}, refused");
        }
        let refused = StoredInvoice { refund_refused_at: Some(now), ..invoice(InvoiceStatus::Void) };
        assert_eq!(refused.settlement(now), Settlement::Nothing);
        let by_hand = StoredInvoice { refunded_by: Some(UserId::new(Uuid::nil())), ..invoice(InvoiceStatus::Refunded) };
        assert_eq!(by_hand.settlement(now), Settlement::Report);
    }

    #[test]
    fn nothing_touches_an_invoice_from_its_expiry_on() {
        let invoice = invoice(InvoiceStatus::Pending);
        let expiry = Timestamp::from_millis(10_000);
        assert!(invoice.is_open(expiry - Duration::from_millis(1)));
        assert!(!invoice.is_open(expiry));
        assert_eq!(invoice.settlement(expiry), Settlement::Wait);
    }

    #[test]
    fn a_tombstone_answers_any_late_create_and_is_nobodys_to_pay() {
        let tombstone =
            StoredInvoice::tombstone("ticketing".parse().unwrap(), Uuid::from_u128(1), Timestamp::from_millis(0));
        let asked = CreateInvoice {
            reference: Uuid::from_u128(1),
            amount: Money::idr(100),
            payer: UserId::new(Uuid::from_u128(2)),
            expires_at: Timestamp::from_millis(10_000),
        };
        assert!(tombstone.answers(&asked));
        assert!(!tombstone.is_payable_by(asked.payer));
        assert!(!tombstone.is_open(Timestamp::from_millis(0)));
        assert_eq!(tombstone.settlement(Timestamp::from_millis(0)), Settlement::Nothing);
        assert!(!invoice(InvoiceStatus::Pending).answers(&asked));
    }
}
