//! The payments service over HTTP, to make, void, refund and list invoices. It stands here because ticketing and power
//! are both its clients.

use crate::{Http, ServiceTokens};
use contracts::{Code, CreateInvoice, Failure, Invoice, InvoiceNumber, RefundAnswer, Timestamp};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// The payments service over HTTP, for one of its clients.
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

/// The part of a problem that says what it is.
#[derive(Deserialize)]
struct Refusal {
    code: String,
}

/// The payments service's name in tokens.
const AUDIENCE: &str = "payments";

impl HttpPayments {
    /// At `url`, without a slash at its end; paths such as `/api/invoices` are appended to it.
    pub fn new(http: Http, tokens: Arc<ServiceTokens>, url: String) -> Self {
        Self { http, tokens, url }
    }

    async fn send(&self, what: &str, request: RequestBuilder) -> Result<Response, Failure> {
        self.http.send(what, request.bearer_auth(self.tokens.to(AUDIENCE)?)).await
    }

    async fn answer<T: DeserializeOwned>(&self, what: &str, request: RequestBuilder) -> Result<T, Failure> {
        let answer = self.send(what, request).await?;
        if !answer.status().is_success() {
            return Err(Failure::transient(what, answer.status()));
        }
        answer.json().await.map_err(|e| Failure::transient(what, e.without_url()))
    }

    /// Makes the one invoice of a reference, or answers the one there is.
    pub async fn create_invoice(&self, asked: &CreateInvoice) -> Result<Invoice, Failure> {
        self.answer("make an invoice", self.http.post(format!("{}/api/invoices", self.url)).json(asked)).await
    }

    /// Withdraws an invoice, made or not; answers it as it is now, which may be paid.
    pub async fn void_invoice(&self, number: &InvoiceNumber) -> Result<Invoice, Failure> {
        self.answer("void an invoice", self.http.post(format!("{}/api/invoices/{number}/void", self.url))).await
    }

    /// Has a paid invoice paid back. A failure is no refusal: ask again.
    pub async fn refund_invoice(&self, number: &InvoiceNumber) -> Result<RefundAnswer, Failure> {
        let what = "refund an invoice";
        let answer = self.send(what, self.http.post(format!("{}/api/invoices/{number}/refund", self.url))).await?;
        match answer.status() {
            status if status.is_success() => Ok(RefundAnswer::PaidBack),
            StatusCode::CONFLICT => {
                let refusal: Refusal = answer.json().await.map_err(|e| Failure::transient(what, e.without_url()))?;
                let is_for_good = refusal.code == Code::RefundRefused.code();
                is_for_good.then_some(RefundAnswer::Refused).ok_or_else(|| Failure::transient(what, refusal.code))
            }
            status => Err(Failure::transient(what, status)),
        }
    }

    /// The client's own invoices made since then, oldest first.
    pub async fn invoices(&self, since: Timestamp) -> Result<Vec<Invoice>, Failure> {
        let mut all = Vec::new();
        let mut cursor = String::new();
        loop {
            let url = format!("{}/api/invoices?since={since}&limit=100{cursor}", self.url);
            let page: Page = self.answer("list invoices", self.http.get(url)).await?;
            all.extend(page.items);
            match page.next_cursor {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(all),
            }
        }
    }
}
