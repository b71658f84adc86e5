use contracts::keys::SigningKey;
use contracts::{Failure, World, token};
use std::sync::Arc;

/// Signs the tokens with which a service calls other services.
pub struct ServiceTokens {
    name: &'static str,
    key: SigningKey,
    world: Arc<dyn World>,
}

impl ServiceTokens {
    /// Of the service of this name, with its own key.
    pub fn new(name: &'static str, key: SigningKey, world: Arc<dyn World>) -> Self {
        Self { name, key, world }
    }

    /// A token for calling `audience`, good for half a minute at least.
    pub fn to(&self, audience: &str) -> Result<String, Failure> {
        let what = "sign a token";
        let name = self.name.parse().map_err(|e| Failure::permanent(what, e))?;
        token::for_service(&name, audience, &self.key, self.world.now()).map_err(|e| Failure::permanent(what, e))
    }
}
