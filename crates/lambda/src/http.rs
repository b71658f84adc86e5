//! Requests and answers of functions behind a route. What is checked here is checked in the order of the API's
//! contract: who asks (401 by the gateway, 403), size (413), JSON (400), fields (422), and only then the thing itself.

use contracts::keys::digest;
use contracts::webhook::{self, InvoiceEvent, Secrets};
use contracts::{Caller, Code, IdempotencyKey, Problem, Role, Service, Timestamp};
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequestContext;
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::str::FromStr;

/// The largest body accepted, in bytes.
pub const MAX_BODY: usize = 64 * 1024;

/// What a handler answers.
pub type Answer = Result<Response<Body>, Problem>;

/// What the authorizer passes on, in `requestContext.authorizer.lambda`. The gateway hands it through as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Authorized {
    /// A user signed in.
    User(Caller),
    /// A service, calling the one that is its token's audience.
    Service {
        /// Who calls.
        name: Service,
        /// Who is called.
        audience: String,
    },
}

fn context(request: &Request) -> Option<&ApiGatewayV2httpRequestContext> {
    match request.request_context_ref()? {
        RequestContext::ApiGatewayV2(context) => Some(context),
        _ => None,
    }
}

pub(crate) fn route_key(request: &Request) -> String {
    context(request).and_then(|c| c.route_key.clone()).unwrap_or_default()
}

fn authorized(request: &Request) -> Result<Authorized, Problem> {
    let fields = context(request).and_then(|c| c.authorizer.as_ref()).map(|a| a.fields.clone()).unwrap_or_default();
    // A route without an authorizer that asks for a caller is a mistake of ours and lets nobody in.
    serde_json::from_value(Value::Object(fields.into_iter().collect())).map_err(|_| Problem::new(Code::Forbidden))
}

/// The user who asks; 403 for a service.
pub fn caller(request: &Request) -> Result<Caller, Problem> {
    match authorized(request)? {
        Authorized::User(caller) => Ok(caller),
        Authorized::Service { .. } => Err(Problem::new(Code::Forbidden)),
    }
}

/// The user who asks, if their role is one of these; else 403.
pub fn caller_as(request: &Request, roles: &[Role]) -> Result<Caller, Problem> {
    let caller = caller(request)?;
    if roles.contains(&caller.role) { Ok(caller) } else { Err(Problem::new(Code::Forbidden)) }
}

/// Lets a user in, and a service that calls `callee`; 403 for a service that means another.
pub fn user_or_service(request: &Request, callee: &str) -> Result<(), Problem> {
    match authorized(request)? {
        Authorized::User(_) => Ok(()),
        Authorized::Service { audience, .. } if audience == callee => Ok(()),
        Authorized::Service { .. } => Err(Problem::new(Code::Forbidden)),
    }
}

/// The service that calls `callee`; 403 for a user, or with a token meant for another.
pub fn service(request: &Request, callee: &str) -> Result<Service, Problem> {
    match authorized(request)? {
        Authorized::Service { name, audience } if audience == callee => Ok(name),
        _ => Err(Problem::new(Code::Forbidden)),
    }
}

/// The body's raw bytes; 413 over [`MAX_BODY`].
pub fn raw_body(request: &Request) -> Result<&[u8], Problem> {
    let bytes = match request.body() {
        Body::Text(text) => text.as_bytes(),
        Body::Binary(bytes) => bytes,
        _ => &[],
    };
    if bytes.len() > MAX_BODY { Err(Problem::new(Code::TooLarge)) } else { Ok(bytes) }
}

/// The body as JSON of this shape; 413, 400, or 422 with the `field` that is wrong.
pub fn body<T: DeserializeOwned>(request: &Request) -> Result<T, Problem> {
    let bytes = raw_body(request)?;
    let value: Value = serde_json::from_slice(bytes).map_err(|_| Problem::new(Code::MalformedJson))?;
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        // The path may hold a name of the sender's own choosing; only what looks like one of ours is named.
        let ours = path.len() <= 64 && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.[]".contains(&b));
        let field = if ours && path != "." { path } else { String::new() };
        Problem::invalid(&field, "A field is unknown, missing, or of the wrong type or form.")
    })
}

/// What payments tells by webhook; 401 unless it is signed with one of these secrets, and fresh.
pub fn invoice_event(request: &Request, secrets: &Secrets, now: Timestamp) -> Result<InvoiceEvent, Problem> {
    let header = |name| header(request, name).unwrap_or_default();
    let (id, at, signature) = (header(webhook::ID), header(webhook::TIMESTAMP), header(webhook::SIGNATURE));
    let genuine = secrets.verify(id, at, signature, raw_body(request)?, now);
    genuine.map_err(|_| Problem::new(Code::BadSignature))?;
    body(request)
}

/// A part of the path; what cannot be read names nothing, so 404.
pub fn path<T: FromStr>(request: &Request, name: &str) -> Result<T, Problem> {
    let parameters = request.path_parameters_ref().and_then(|p| p.first(name)).unwrap_or_default();
    parameters.parse().map_err(|_| Problem::not_found())
}

/// Does the route have this part in its path?
pub fn has_path(request: &Request, name: &str) -> bool {
    request.path_parameters_ref().is_some_and(|p| p.first(name).is_some())
}

/// A parameter of the query, if given; 422 when it cannot be read.
pub fn query<T: FromStr>(request: &Request, name: &str) -> Result<Option<T>, Problem> {
    let text = request.query_string_parameters_ref().and_then(|q| q.first(name));
    text.map(|text| text.parse().map_err(|_| Problem::invalid(name, "This parameter cannot be read."))).transpose()
}

/// 422 when the query has a parameter that is not one of these.
pub fn only_query(request: &Request, names: &[&str]) -> Result<(), Problem> {
    let given = request.query_string_parameters_ref();
    match given.and_then(|all| all.iter().map(|(name, _)| name).find(|name| !names.contains(name))) {
        None => Ok(()),
        Some(_) => Err(Problem::invalid("", "The query has an unknown parameter.")),
    }
}

/// A page of a list: at most `limit` items, from where `cursor` points.
#[derive(Debug, Clone)]
pub struct Page {
    /// 1 to 100.
    pub limit: i32,
    /// Opaque: what the page before answered as `next_cursor`.
    pub cursor: Option<String>,
}

/// The page asked for by `limit` (default 20) and `cursor`; 422 when out of range.
pub fn page(request: &Request) -> Result<Page, Problem> {
    let limit = query(request, "limit")?.unwrap_or(20);
    if !(1..=100).contains(&limit) {
        return Err(Problem::invalid("limit", "From 1 to 100."));
    }
    Ok(Page { limit, cursor: query(request, "cursor")? })
}

/// The version that the caller saw, if they say with `If-Match` (RFC 9110); 412 when it is none of ours. A tag of ours is
/// the version, and behind a dot whatever else the body depends on.
pub fn if_match(request: &Request) -> Result<Option<u64>, Problem> {
    let Some(given) = request.headers().get("if-match") else { return Ok(None) };
    let tag = given.to_str().unwrap_or_default().trim();
    if tag == "*" {
        return Ok(None);
    }
    let tag = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
    let version = tag.split('.').next().and_then(|version| version.parse().ok());
    version.map(Some).ok_or_else(|| Problem::new(Code::VersionMismatch))
}

/// The `Idempotency-Key`, if given; 422 unless it is 1 to 255 ASCII characters.
pub fn idempotency_key(request: &Request) -> Result<Option<&str>, Problem> {
    if !request.headers().contains_key("idempotency-key") {
        return Ok(None);
    }
    let key = header(request, "idempotency-key").filter(|key| (1..=255).contains(&key.len()));
    key.map(Some).ok_or_else(|| Problem::invalid("Idempotency-Key", "1 to 255 ASCII characters."))
}

/// The `Idempotency-Key` with a digest of the body, if given; 422 as in [`idempotency_key`].
pub fn idempotency(request: &Request) -> Result<Option<IdempotencyKey>, Problem> {
    let Some(key) = idempotency_key(request)? else { return Ok(None) };
    Ok(Some(IdempotencyKey { key: key.to_owned(), digest: digest(raw_body(request)?) }))
}

/// The address that the request came from, as the gateway saw it.
pub fn source_address(request: &Request) -> &str {
    context(request).and_then(|c| c.http.source_ip.as_deref()).unwrap_or_default()
}

/// A header, if given and readable.
pub fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

/// An answer in JSON.
pub fn json(status: u16, body: &impl Serialize) -> Answer {
    respond(status, "application/json", body, &[])
}

/// An answer in JSON about something at this version, which its `ETag` says, for `If-Match`.
pub fn versioned(status: u16, body: &impl Serialize, version: u64) -> Answer {
    respond(status, "application/json", body, &[("etag", &format!("\"{version}\""))])
}

/// As [`json_tagged`], of something at this version whose body depends on more than that: the tag says both.
pub fn versioned_tagged(request: &Request, body: &impl Serialize, version: u64, cache: &str) -> Answer {
    let text = serde_json::to_vec(body).map_err(|e| Problem::new(Code::Internal).caused_by(e))?;
    let digest = digest(&text);
    json_tagged(request, body, &format!("{version}.{}", digest.get(..12).unwrap_or_default()), cache)
}

/// An answer in JSON that a cache may keep, tagged with a digest of its body.
pub fn digest_tagged(request: &Request, body: &impl Serialize, cache: &str) -> Answer {
    let text = serde_json::to_vec(body).map_err(|e| Problem::new(Code::Internal).caused_by(e))?;
    json_tagged(request, body, digest(&text).get(..16).unwrap_or_default(), cache)
}

/// An answer in a text of another kind, for download under this name.
pub fn download(content_type: &str, name: &str, text: String) -> Answer {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers =
        [("content-type", content_type), ("cache-control", "no-store"), ("content-disposition", &disposition)];
    build(200, &headers, Body::Text(text))
}

/// JSON text that is made already.
pub fn raw_json(text: &str, cache: &str) -> Answer {
    build(200, &[("content-type", "application/json"), ("cache-control", cache)], Body::Text(text.to_owned()))
}

/// Somewhere else, for now: 302.
pub fn redirect(url: &str) -> Answer {
    build(302, &[("location", url), ("cache-control", "no-store")], Body::Empty)
}

/// An answer in JSON that a cache may keep by its `ETag` (RFC 9110): 304 when the client has it already.
pub fn json_tagged(request: &Request, body: &impl Serialize, tag: &str, cache: &str) -> Answer {
    let tag = format!("\"{tag}\"");
    let known = header(request, "if-none-match")
        .is_some_and(|known| known == "*" || known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag));
    let headers = [("etag", tag.as_str()), ("cache-control", cache)];
    if known { build(304, &headers, Body::Empty) } else { respond(200, "application/json", body, &headers) }
}

/// Nothing to say: 204.
pub fn no_content() -> Answer {
    build(204, &[], Body::Empty)
}

#[derive(Serialize)]
struct List<'a, T> {
    items: &'a [T],
    next_cursor: Option<&'a str>,
}

/// One page of a list, as every list answers.
pub fn list<T: Serialize>(items: &[T], next_cursor: Option<&str>) -> Answer {
    json(200, &List { items, next_cursor })
}

/// One page of a list that a cache may keep, tagged with a digest of it.
pub fn list_tagged<T: Serialize>(request: &Request, items: &[T], next_cursor: Option<&str>, cache: &str) -> Answer {
    digest_tagged(request, &List { items, next_cursor }, cache)
}

/// A problem as `application/problem+json` (RFC 9457).
pub fn problem(problem: &Problem) -> Response<Body> {
    let retry = problem.retry_after().map(|seconds| seconds.to_string());
    let headers: Vec<_> = retry.iter().map(|seconds| ("retry-after", seconds.as_str())).collect();
    respond(problem.code().status(), "application/problem+json", &problem.body(), &headers).unwrap_or_default()
}

fn respond(status: u16, content_type: &str, body: &impl Serialize, headers: &[(&str, &str)]) -> Answer {
    let text = serde_json::to_string(body).map_err(|e| Problem::new(Code::Internal).caused_by(e))?;
    let mut all = vec![("content-type", content_type)];
    if !headers.iter().any(|(name, _)| *name == "cache-control") {
        all.push(("cache-control", "no-store"));
    }
    all.extend_from_slice(headers);
    build(status, &all, Body::Text(text))
}

fn build(status: u16, headers: &[(&str, &str)], body: Body) -> Answer {
    let builder = headers.iter().fold(Response::builder().status(status), |b, (name, value)| b.header(*name, *value));
    builder.body(body).map_err(|e| Problem::new(Code::Internal).caused_by(e))
}
