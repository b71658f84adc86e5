use crate::domain::booking::CLIENT;
use crate::ports::Payments;
use async_trait::async_trait;
use contracts::keys::SigningKey;
use contracts::{CreateInvoice, Failure, Invoice, InvoiceNumber, World, token};
use std::sync::Arc;

/// What ticketing signs its requests to other services with.
pub struct ServiceTokens {
    key: SigningKey,
    world: Arc<dyn World>,
}

impl ServiceTokens {
    /// With ticketing's own key.
    pub fn new(key: SigningKey, world: Arc<dyn World>) -> Self {
        Self { key, world }
    }

    /// A token for calling `audience`, good for a minute.
    pub fn to(&self, audience: &str) -> Result<String, Failure> {
        let what = "sign a token";
        let name = CLIENT.parse().map_err(|e| Failure::permanent(what, e))?;
        token::for_service(&name, audience, &self.key, self.world.now()).map_err(|e| Failure::permanent(what, e))
    }
}

/// The payments service over HTTP.
pub struct HttpPayments {
    http: reqwest::Client,
    tokens: Arc<ServiceTokens>,
    url: String,
}

/// What the payments service is called in tokens.
const AUDIENCE: &str = "payments";

impl HttpPayments {
    /// At `url`, without a slash at its end: `https://…` and then `/api/invoices`.
    pub fn new(http: reqwest::Client, tokens: Arc<ServiceTokens>, url: String) -> Self {
        Self { http, tokens, url }
    }

    async fn ask(&self, what: &str, request: reqwest::RequestBuilder) -> Result<Invoice, Failure> {
        let request = request.bearer_auth(self.tokens.to(AUDIENCE)?);
        let answer = request.send().await.map_err(|e| Failure::transient(what, e.without_url()))?;
        if !answer.status().is_success() {
            return Err(Failure::transient(what, answer.status()));
        }
        answer.json().await.map_err(|e| Failure::transient(what, e.without_url()))
    }
}

#[async_trait]
impl Payments for HttpPayments {
    async fn create_invoice(&self, asked: &CreateInvoice) -> Result<Invoice, Failure> {
        self.ask("make an invoice", self.http.post(format!("{}/api/invoices", self.url)).json(asked)).await
    }

    async fn void_invoice(&self, number: &InvoiceNumber) -> Result<Invoice, Failure> {
        self.ask("void an invoice", self.http.post(format!("{}/api/invoices/{number}/void", self.url))).await
    }
}
