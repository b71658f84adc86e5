//! HTTP from our services to each other and to outside systems: one client with short time-outs and no redirects, whose
//! failures say that trying again helps. [`Http::outside`] is for addresses that somebody else chose. [`HttpPayments`]
//! is payments as its clients ask it, with their [`ServiceTokens`].

mod outside;
mod payments;
mod tokens;

pub use outside::Refused;
pub use payments::HttpPayments;
pub use tokens::ServiceTokens;

use async_trait::async_trait;
use contracts::Failure;
use outside::PublicNames;
use reqwest::{Client, ClientBuilder, IntoUrl, Method, Request, RequestBuilder, Response};
use std::sync::Arc;
use std::time::Duration;

/// No connection takes longer to be made.
const CONNECT: Duration = Duration::from_secs(1);
/// No request takes longer to be answered: a function answers within its own time, and must be able to act on a
/// silence.
const ANSWER: Duration = Duration::from_secs(4);

/// What carries requests, where that is not the network: a simulation does.
#[async_trait]
pub trait Carrier: Send + Sync + 'static {
    /// Carries a request and answers its answer. Fails with the reason when there is none; what was asked for may have
    /// been done all the same.
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

    /// Over the network, for addresses that others chose: it reaches nothing but the public Internet, and that by
    /// https.
    pub fn outside() -> Result<Self, reqwest::Error> {
        // A proxy would resolve names by itself.
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

    /// Sends a request and answers whatever comes back, errors of the other side included. `what` says in the log what
    /// was to be done; the address is left out of it, for it may hold what nobody should read.
    pub async fn send(&self, what: &str, request: RequestBuilder) -> Result<Response, Failure> {
        let request = request.build().map_err(|e| Failure::permanent(what, e.without_url()))?;
        if self.outside {
            outside::check(request.url()).map_err(|why| Failure::permanent(what, why))?;
        }
        // Sent by this client, whoever began the request: another would not look where it goes.
        let Some(carrier) = &self.carrier else {
            return self.client.execute(request).await.map_err(|e| Failure::transient(what, e.without_url()));
        };
        let patience = request.timeout().copied().unwrap_or(ANSWER);
        let answer = tokio::time::timeout(patience, carrier.carry(request)).await;
        answer.map_err(|_| Failure::transient(what, "no answer in time"))?.map_err(|why| Failure::transient(what, why))
    }
}
