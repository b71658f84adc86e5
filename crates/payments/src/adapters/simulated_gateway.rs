use crate::domain::Outcome;
use crate::ports::Gateway;
use async_trait::async_trait;
use contracts::keys::chance;
use contracts::{Failure, Money, World};
use std::sync::Arc;
use uuid::Uuid;

/// A payment provider that draws lots. The place to put a real one.
pub struct SimulatedGateway {
    world: Arc<dyn World>,
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
}

impl SimulatedGateway {
    /// With a key for the lots of refunds: an attempt fails or not however often it is asked about.
    pub fn new(world: Arc<dyn World>, rates: FailureRates, key: String) -> Self {
        Self { world, rates, key }
    }
}

#[async_trait]
impl Gateway for SimulatedGateway {
    async fn charge(&self, _reference: Uuid, _amount: Money) -> Result<Outcome, Failure> {
        Ok(if self.world.chance() < self.rates.payment { Outcome::Failed } else { Outcome::Paid })
    }

    async fn refund(&self, reference: Uuid, _amount: Money, attempt: u64) -> Result<(), Failure> {
        let about = format!("refund {reference} {attempt}");
        if chance(&self.key, about.as_bytes()) < self.rates.refund {
            return Err(Failure::transient("pay money back", "the simulated provider failed"));
        }
        Ok(())
    }
}
