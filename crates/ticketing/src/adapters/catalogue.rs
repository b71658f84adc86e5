//! The catalogue service over HTTP, for one question: does a movie exist?

use crate::adapters::ServiceTokens;
use crate::ports::Catalogue;
use async_trait::async_trait;
use contracts::{Failure, MovieId};
use reqwest::StatusCode;
use std::sync::Arc;
use wire::Http;

/// The catalogue over HTTP.
pub struct HttpCatalogue {
    http: Http,
    tokens: Arc<ServiceTokens>,
    url: String,
}

/// The audience of tokens for the catalogue.
const AUDIENCE: &str = "catalogue";

impl HttpCatalogue {
    /// At `url`, which has no slash at its end: `https://…`, followed by `/api/movies`.
    pub fn new(http: Http, tokens: Arc<ServiceTokens>, url: String) -> Self {
        Self { http, tokens, url }
    }
}

#[async_trait]
impl Catalogue for HttpCatalogue {
    async fn has_movie(&self, id: MovieId) -> Result<bool, Failure> {
        let what = "look for a movie";
        let request = self.http.get(format!("{}/api/movies/{id}", self.url)).bearer_auth(self.tokens.to(AUDIENCE)?);
        match self.http.send(what, request).await?.status() {
            StatusCode::NOT_FOUND => Ok(false),
            status if status.is_success() => Ok(true),
            status => Err(Failure::transient(what, status)),
        }
    }
}
