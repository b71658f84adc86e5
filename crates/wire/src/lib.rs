//! HTTP from our services to each other and to outside systems: one client with short time-outs and no redirects, whose
//! failures say whether trying again helps. [`Http::outside`] is for addresses that somebody else chose.
//! [`HttpPayments`] calls the payments service for its clients, who sign with [`ServiceTokens`].

mod outside;
mod payments;
mod tokens;

pub use outside::Refused;
pub use payments::HttpPayments;
pub use tokens::ServiceTokens;

use async_trait::async_trait;
use contracts::Failure;
use outside::PublicNames;
use reqwest::header::HeaderValue;
use reqwest::{Client, ClientBuilder, IntoUrl, Method, Request, RequestBuilder, Response};
use std::sync::Arc;
use std::time::Duration;

/// The longest time to make a connection.
const CONNECT: Duration = Duration::from_secs(1);
/// The longest time to wait for an answer: a function must answer within its own time-out, and still have time to act
/// when no answer comes.
const ANSWER: Duration = Duration::from_secs(4);

/// Carries requests in place of the network: a simulation implements it.
#[async_trait]
pub trait Carrier: Send + Sync + 'static {
    /// Carries a request and answers its response. Fails with the reason when there is no response; even then the other
    /// side may have done what was asked.
    async fn carry(&self, request: Request) -> Result<Response, String>;
}

/// A client for HTTP.
#[derive(Clone)]
pub struct Http {
    client: Client,
    carrier: Option<Arc<dyn Carrier>>,
    outside: bool,
}

fn client() -> ClientBuilder {
    Client::builder()
        .connect_timeout(CONNECT)
        .timeout(ANSWER)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent("karcis")
}

impl Http {
    /// Over the network.
    pub fn new() -> Result<Self, reqwest::Error> {
        Ok(Self { client: client().build()?, carrier: None, outside: false })
    }

    /// Over the network, for addresses that others chose: it reaches only the public Internet, and only by https.
    pub fn outside() -> Result<Self, reqwest::Error> {
        // No proxy: it would resolve names itself, without our check.
        let client = client().https_only(true).dns_resolver(Arc::new(PublicNames)).no_proxy();
        Ok(Self { client: client.build()?, carrier: None, outside: true })
    }

    /// As this one, but over `carrier`.
    #[must_use]
    pub fn over(&self, carrier: Arc<dyn Carrier>) -> Self {
        Self { carrier: Some(carrier), ..self.clone() }
    }

    /// Begins a request.
    pub fn request(&self, method: Method, url: impl IntoUrl) -> RequestBuilder {
        self.client.request(method, url)
    }

    /// Begins a `GET`.
    pub fn get(&self, url: impl IntoUrl) -> RequestBuilder {
        self.request(Method::GET, url)
    }

    /// Begins a `POST`.
    pub fn post(&self, url: impl IntoUrl) -> RequestBuilder {
        self.request(Method::POST, url)
    }

    /// Begins a `DELETE`.
    pub fn delete(&self, url: impl IntoUrl) -> RequestBuilder {
        self.request(Method::DELETE, url)
    }

    /// Sends a request and answers whatever response comes back, errors of the other side included. `what` names the
    /// task in the log. The log leaves out the address, because it may contain something confidential.
    pub async fn send(&self, what: &str, request: RequestBuilder) -> Result<Response, Failure> {
        let mut request = request.build().map_err(|e| Failure::permanent(what, e.without_url()))?;
        if let Some(id) = correlation::in_hand() {
            let id = HeaderValue::from_str(&String::from(id)).map_err(|e| Failure::permanent(what, e))?;
            request.headers_mut().insert(correlation::HEADER, id);
        }
        if self.outside {
            outside::check(request.url()).map_err(|why| Failure::permanent(what, why))?;
        }
        // This client sends the request, even if another client began it: another client would not check where it goes.
        let Some(carrier) = &self.carrier else {
            return self.client.execute(request).await.map_err(|e| Failure::transient(what, e.without_url()));
        };
        let patience = request.timeout().copied().unwrap_or(ANSWER);
        let answer = tokio::time::timeout(patience, carrier.carry(request)).await;
        answer.map_err(|_| Failure::transient(what, "no answer in time"))?.map_err(|why| Failure::transient(what, why))
    }
}
