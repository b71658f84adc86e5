//! Delivers webhooks to clients over HTTP.

use crate::ports::Webhooks;
use async_trait::async_trait;
use contracts::webhook::{self, InvoiceEvent, Secrets};
use contracts::{Failure, Service, World};
use std::collections::HashMap;
use std::sync::Arc;
use wire::Http;

/// Where a client takes its webhooks, and the secrets shared with it.
#[derive(Debug)]
pub struct Target {
    /// The client.
    pub client: Service,
    /// Where it listens.
    pub url: String,
    /// What its webhooks are signed with.
    pub secrets: Secrets,
}

/// Webhooks over HTTP, signed as the Standard Webhooks specification says. Retries are left to the queue.
pub struct HttpWebhooks {
    http: Http,
    world: Arc<dyn World>,
    targets: HashMap<Service, Target>,
}

impl HttpWebhooks {
    /// To these clients.
    pub fn new(http: Http, world: Arc<dyn World>, targets: Vec<Target>) -> Self {
        Self { http, world, targets: targets.into_iter().map(|target| (target.client.clone(), target)).collect() }
    }
}

#[async_trait]
impl Webhooks for HttpWebhooks {
    async fn deliver(&self, id: &str, event: &InvoiceEvent) -> Result<(), Failure> {
        let what = "deliver a webhook";
        let target =
            self.targets.get(&event.invoice().client).ok_or_else(|| Failure::permanent(what, "unknown client"))?;
        let body = serde_json::to_vec(event).map_err(|e| Failure::permanent(what, e))?;
        let second = self.world.now().seconds();
        let signature = target.secrets.sign(id, second, &body);
        let request = self
            .http
            .post(&target.url)
            .header("content-type", "application/json")
            .header(webhook::ID, id)
            .header(webhook::TIMESTAMP, second.to_string())
            .header(webhook::SIGNATURE, signature)
            .body(body);
        let status = self.http.send(what, request).await?.status();
        if status.is_success() { Ok(()) } else { Err(Failure::transient(what, status)) }
    }
}
