use crate::NAME;
use crate::ports::Payments;
use async_trait::async_trait;
use contracts::keys::SigningKey;
use contracts::{CreateInvoice, Failure, Invoice, InvoiceNumber, Timestamp, World, token};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use wire::Http;

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
        let name = NAME.parse().map_err(|e| Failure::permanent(what, e))?;
        token::for_service(&name, audience, &self.key, self.world.now()).map_err(|e| Failure::permanent(what, e))
    }
}

/// The payments service over HTTP.
pub struct HttpPayments {
    http: Http,
    tokens: Arc<ServiceTokens>,
    url: String,
}

/// A page of invoices.
#[derive(Deserialize)]
struct Page {
    items: Vec<Invoice>,
    next_cursor: Option<String>,
}

/// What the payments service is called in tokens.
const AUDIENCE: &str = "payments";

impl HttpPayments {
    /// At `url`, without a slash at its end: `https://…` and then `/api/invoices`.
    pub fn new(http: Http, tokens: Arc<ServiceTokens>, url: String) -> Self {
        Self { http, tokens, url }
    }

    async fn ask(&self, what: &str, request: reqwest::RequestBuilder) -> Result<Invoice, Failure> {
        self.answer(what, request).await
    }

    async fn answer<T: DeserializeOwned>(&self, what: &str, request: reqwest::RequestBuilder) -> Result<T, Failure> {
        let request = request.bearer_auth(self.tokens.to(AUDIENCE)?);
        let answer = self.http.send(what, request).await?;
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

    async fn refund_invoice(&self, number: &InvoiceNumber) -> Result<Invoice, Failure> {
        self.ask("refund an invoice", self.http.post(format!("{}/api/invoices/{number}/refund", self.url))).await
    }

    async fn invoices(&self, since: Timestamp) -> Result<Vec<Invoice>, Failure> {
        let what = "list invoices";
        let mut all = Vec::new();
        let mut cursor = String::new();
        loop {
            let url = format!("{}/api/invoices?since={since}&limit=100{cursor}", self.url);
            let page: Page = self.answer(what, self.http.get(url)).await?;
            all.extend(page.items);
            match page.next_cursor {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(all),
            }
        }
    }
}
