use crate::domain::Outcome;
use crate::ports::Gateway;
use async_trait::async_trait;
use contracts::{Failure, Money, World};
use std::sync::Arc;
use uuid::Uuid;

/// A payment provider that draws lots: `failure_rate` of payments fail. The place to put a real one.
pub struct SimulatedGateway {
    world: Arc<dyn World>,
    failure_rate: f64,
}

impl SimulatedGateway {
    /// Of which this share fails, from 0 to 1.
    pub fn new(world: Arc<dyn World>, failure_rate: f64) -> Self {
        Self { world, failure_rate }
    }
}

#[async_trait]
impl Gateway for SimulatedGateway {
    async fn charge(&self, _reference: Uuid, _amount: Money) -> Result<Outcome, Failure> {
        Ok(if self.world.chance() < self.failure_rate { Outcome::Failed } else { Outcome::Paid })
    }
}
