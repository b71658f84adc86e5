//! Asks ticketing over HTTP what keeps a user here.

use crate::ports::{Ticketing, Ties};
use async_trait::async_trait;
use contracts::token::Signer;
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
    /// A ticketing of an earlier release does not say.
    #[serde(default)]
    runs_events: bool,
}

impl HttpTicketing {
    /// At `url`, without a slash at its end, with accounts' own key.
    pub fn new(http: Http, signer: Signer, world: Arc<dyn World>, url: String) -> Self {
        Self { http, tokens: ServiceTokens::new(NAME, signer, world), url }
    }
}

#[async_trait]
impl Ticketing for HttpTicketing {
    async fn ties(&self, user: UserId) -> Result<Ties, Failure> {
        let what = "ask what keeps a user";
        let request = self.http.get(format!("{}/api/buyers/{user}", self.url)).bearer_auth(self.tokens.to(AUDIENCE)?);
        let answer = self.http.send(what, request).await?;
        if !answer.status().is_success() {
            return Err(Failure::transient(what, answer.status()));
        }
        let Buyer { live_seats, runs_events } =
            answer.json().await.map_err(|e| Failure::transient(what, e.without_url()))?;
        Ok(Ties { live_seats, runs_events })
    }
}
