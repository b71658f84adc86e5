use contracts::token::Signer;
use contracts::{Failure, Service, World};
use std::fmt::Display;
use std::sync::Arc;

/// Signs the tokens with which a service calls other services.
pub struct ServiceTokens {
    name: &'static str,
    signer: Signer,
    world: Arc<dyn World>,
}

impl ServiceTokens {
    /// Of the service of this name, with its own key.
    pub fn new(name: &'static str, signer: Signer, world: Arc<dyn World>) -> Self {
        Self { name, signer, world }
    }

    /// A token for calling the service `audience`, good for half a minute at least.
    pub fn to(&self, audience: &str) -> Result<String, Failure> {
        self.signer.for_service(&self.name()?, audience, self.world.now()).map_err(unsigned)
    }

    /// A token for calling a system outside at this address, good for half a minute at least, and valid only there.
    pub fn to_outside(&self, address: &str) -> Result<String, Failure> {
        self.signer.for_outside(&self.name()?, address, self.world.now()).map_err(unsigned)
    }

    fn name(&self) -> Result<Service, Failure> {
        self.name.parse().map_err(unsigned)
    }
}

fn unsigned(why: impl Display) -> Failure {
    Failure::permanent("sign a token", why)
}
