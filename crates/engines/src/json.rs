//! Answers of services that speak JSON.

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Request, Response, StatusCode};
use serde_json::{Value, json};

/// The largest request that is read: larger than any that is answered.
const MAX_REQUEST: usize = 1024 * 1024;

/// An answer in JSON.
pub fn answer(status: u16, body: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
    response
}

/// An error of the protocol AWS JSON 1.1, in which `__type` names it (Smithy, "AWS JSON 1.1 protocol").
pub fn refusal(kind: &str, message: &str) -> Response<Full<Bytes>> {
    answer(400, &json!({"__type": kind, "message": message}))
}

/// The operation that a request names, and its input; the refusal if it cannot be read.
pub async fn request(request: Request<Incoming>) -> Result<(String, Value), Response<Full<Bytes>>> {
    let target = request.headers().get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
    let unread = || refusal("SerializationException", "The request is no JSON.");
    let body = Limited::new(request.into_body(), MAX_REQUEST).collect().await.map_err(|_| unread())?.to_bytes();
    Ok((operation, serde_json::from_slice(&body).map_err(|_| unread())?))
}
