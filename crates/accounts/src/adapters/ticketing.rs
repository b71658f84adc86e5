use crate::ports::Ticketing;
use async_trait::async_trait;
use contracts::keys::SigningKey;
use contracts::{Failure, Service, UserId, World, token};
use serde::Deserialize;
use std::sync::Arc;
use wire::Http;

/// The ticketing service over HTTP.
pub struct HttpTicketing {
    http: Http,
    key: SigningKey,
    world: Arc<dyn World>,
    url: String,
}

/// What accounts is called in tokens.
const NAME: &str = "accounts";
/// What the ticketing service is called in tokens.
const AUDIENCE: &str = "ticketing";

#[derive(Deserialize)]
struct Buyer {
    live_seats: u64,
}

impl HttpTicketing {
    /// At `url`, without a slash at its end, with accounts' own key.
    pub fn new(http: Http, key: SigningKey, world: Arc<dyn World>, url: String) -> Self {
        Self { http, key, world, url }
    }
}

#[async_trait]
impl Ticketing for HttpTicketing {
    async fn live_seats(&self, user: UserId) -> Result<u64, Failure> {
        let what = "ask for a user's seats";
        let name: Service = NAME.parse().map_err(|e| Failure::permanent(what, e))?;
        let token = token::for_service(&name, AUDIENCE, &self.key, self.world.now());
        let token = token.map_err(|e| Failure::permanent(what, e))?;
        let request = self.http.get(format!("{}/api/buyers/{user}", self.url)).bearer_auth(token);
        let answer = self.http.send(what, request).await?;
        if !answer.status().is_success() {
            return Err(Failure::transient(what, answer.status()));
        }
        let buyer: Buyer = answer.json().await.map_err(|e| Failure::transient(what, e.without_url()))?;
        Ok(buyer.live_seats)
    }
}
