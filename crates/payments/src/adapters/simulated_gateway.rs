//! A simulated payment provider. The adapter of a real one would take its place.

use crate::domain::Outcome;
use crate::ports::{Gateway, PaymentMethods};
use async_trait::async_trait;
use contracts::keys::chance;
use contracts::{Failure, Money, PaymentMethod, RefundAnswer};
use uuid::Uuid;

/// A payment provider whose outcomes are random, but repeatable.
#[derive(Debug)]
pub struct SimulatedGateway {
    rates: FailureRates,
    key: String,
}

/// Which shares of payments and refunds fail, from 0 to 1.
#[derive(Debug, Clone, Copy, Default)]
pub struct FailureRates {
    /// Of payments.
    pub payment: f64,
    /// Of attempts at refunds.
    pub refund: f64,
    /// Of refunds, for good.
    pub refusal: f64,
}

/// What the simulated provider offers: what people in Indonesia expect to see.
#[derive(Debug, Clone, Copy)]
pub struct SimulatedMethods;

impl PaymentMethods for SimulatedMethods {
    fn offered(&self) -> Vec<PaymentMethod> {
        vec![PaymentMethod::Qris, PaymentMethod::VirtualAccount, PaymentMethod::EWallet]
    }

    fn are_simulated(&self) -> bool {
        true
    }
}

impl SimulatedGateway {
    /// Outcomes are drawn with `key`, so the same request always has the same outcome, as it has at a real provider.
    pub const fn new(rates: FailureRates, key: String) -> Self {
        Self { rates, key }
    }

    fn fails(&self, what: &str, rate: f64) -> bool {
        chance(&self.key, what.as_bytes()) < rate
    }
}

#[async_trait]
impl Gateway for SimulatedGateway {
    async fn charge(
        &self,
        reference: Uuid,
        _amount: Money,
        _method: Option<PaymentMethod>,
    ) -> Result<Outcome, Failure> {
        let fails = self.fails(&format!("charge {reference}"), self.rates.payment);
        Ok(if fails { Outcome::Failed } else { Outcome::Paid })
    }

    async fn refund(&self, reference: Uuid, _amount: Money, attempt: u64) -> Result<RefundAnswer, Failure> {
        if self.fails(&format!("refund {reference} {attempt}"), self.rates.refund) {
            return Err(Failure::transient("pay money back", "the simulated provider failed"));
        }
        // What was not taken cannot be kept.
        let is_taken = !self.fails(&format!("charge {reference}"), self.rates.payment);
        let refuses = is_taken && self.fails(&format!("keep {reference}"), self.rates.refusal);
        Ok(if refuses { RefundAnswer::Refused } else { RefundAnswer::PaidBack })
    }
}
