//! Asks ticketing over HTTP how many seats a user still has.

use crate::ports::Ticketing;
use async_trait::async_trait;
use contracts::keys::SigningKey;
use contracts::{Failure, UserId, World};
use serde::Deserialize;
use std::sync::Arc;
use wire::{Http, ServiceTokens};

/// The ticketing service over HTTP.
pub struct HttpTicketing {
    http: Http,
    tokens: ServiceTokens,
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
        Self { http, tokens: ServiceTokens::new(NAME, key, world), url }
    }
}

#[async_trait]
impl Ticketing for HttpTicketing {
    async fn live_seats(&self, user: UserId) -> Result<u64, Failure> {
        let what = "ask for a user's seats";
        let request = self.http.get(format!("{}/api/buyers/{user}", self.url)).bearer_auth(self.tokens.to(AUDIENCE)?);
        let answer = self.http.send(what, request).await?;
        if !answer.status().is_success() {
            return Err(Failure::transient(what, answer.status()));
        }
        let buyer: Buyer = answer.json().await.map_err(|e| Failure::transient(what, e.without_url()))?;
        Ok(buyer.live_seats)
    }
}
