//! Requests of other sites' pages, as an HTTP API answers them (Amazon API Gateway developer guide, "Configure CORS for
//! HTTP APIs in API Gateway"): preflights get their answer from the gateway, and the answers of functions get headers.

use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderName, HeaderValue,
    ORIGIN,
};
use hyper::{HeaderMap, Method, Request};
use template::CorsSpec;

/// Whether a request crosses from a page of some origin.
pub enum Crossing {
    /// It names no origin.
    No,
    /// A page calls.
    Call(HeaderValue),
    /// A browser asks before it lets a page call.
    Preflight(HeaderValue),
}

impl Crossing {
    /// Of a request.
    pub fn of<B>(request: &Request<B>) -> Self {
        let asks = request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        match request.headers().get(ORIGIN) {
            None => Self::No,
            Some(origin) if asks => Self::Preflight(origin.clone()),
            Some(origin) => Self::Call(origin.clone()),
        }
    }

    /// Adds the headers that let a page of this origin go on. An origin that is not allowed gets none of them.
    pub fn allow(&self, cors: &CorsSpec, headers: &mut HeaderMap) {
        let (Self::Call(origin) | Self::Preflight(origin)) = self else { return };
        let allowed = &cors.allow_origins;
        let any = allowed.iter().any(|allowed| allowed == "*");
        if !any && !allowed.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes()) {
            return;
        }
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, if any { HeaderValue::from_static("*") } else { origin.clone() });
        let mut list = |name: HeaderName, values: &[String]| {
            if let Ok(value) = HeaderValue::try_from(values.join(",")) {
                headers.insert(name, value);
            }
        };
        if let Self::Call(_) = self {
            return list(ACCESS_CONTROL_EXPOSE_HEADERS, &cors.expose_headers);
        }
        list(ACCESS_CONTROL_ALLOW_METHODS, &cors.allow_methods);
        list(ACCESS_CONTROL_ALLOW_HEADERS, &cors.allow_headers);
        headers.insert(ACCESS_CONTROL_MAX_AGE, cors.max_age.into());
    }
}
