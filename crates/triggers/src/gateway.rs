//! The gateway: an HTTP API as API Gateway runs it. A request becomes an event of payload version 2.0, the authorizer
//! is asked before the route's function, and the function's answer becomes the response. The gateway's own answers use
//! API Gateway's words.

use crate::cors::Crossing;
use crate::{Invoke, Throttles, Unanswered};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use contracts::{Timestamp, World};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Body;
use hyper::header::HeaderValue;
use hyper::{HeaderMap, Request, Response, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use template::{ACCOUNT, AuthorizerSpec, CorsSpec, Error, REGION, RouteSpec};
use time::UtcOffset;
use time::macros::format_description;
use tokio::time::timeout;

/// The largest request (Amazon API Gateway, "Quotas for HTTP APIs").
const MAX_REQUEST: usize = 10 * 1024 * 1024;
/// How long a request may take to come in. AWS documents no such time; an integration may take as long (Amazon API
/// Gateway, "Quotas for HTTP APIs": maximum integration timeout).
pub const REQUEST_TIME: Duration = Duration::from_secs(30);
/// The most verdicts that are kept.
const MAX_VERDICTS: usize = 10_000;

/// The gateway.
pub struct Gateway {
    /// The template's routes.
    pub routes: Vec<RouteSpec>,
    /// The template's authorizer.
    pub authorizer: Option<AuthorizerSpec>,
    /// The template's rules for other sites' pages.
    pub cors: Option<CorsSpec>,
    /// How much each route takes.
    pub throttles: Throttles,
    /// Calls the functions behind the routes.
    pub functions: Arc<dyn Invoke>,
    /// The gateway's own clock and request ids.
    pub world: Arc<dyn World>,
    /// Verdicts of the authorizer, by header.
    pub verdicts: Mutex<HashMap<String, Verdict>>,
    /// How long a request may take to come in.
    pub request_time: Duration,
    /// Where it writes a line for each request, if it does.
    pub access_log: Option<AccessLog>,
}

/// The gateway's access log.
pub struct AccessLog {
    /// The template's format: a text with `$context.requestId` and others like it.
    pub format: String,
    /// Takes a line.
    pub write: Box<dyn Fn(&str) + Send + Sync>,
}

/// The header that tells the caller the id of their request.
const REQUEST_ID: &str = "apigw-requestid";

/// A verdict of the authorizer: until when it is kept, and the context that came with it; `None` is a refusal.
pub type Verdict = (Timestamp, Option<Value>);

/// What the gateway answers.
pub type Answer = Response<Full<Bytes>>;

impl Gateway {
    /// Answers a request that came from `source`.
    pub async fn answer<B>(&self, request: Request<B>, source: IpAddr) -> Answer
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Error>,
    {
        let (begun, id) = (self.world.now(), self.world.new_id().to_string());
        let found = find(&self.routes, request.method().as_str(), request.uri().path());
        let key = found.as_ref().map_or_else(|| "-".to_owned(), |(route, _)| route.key());
        let crossing = self.cors.as_ref().map(|cors| (cors, Crossing::of(&request)));
        let mut answer = match (&crossing, found) {
            (Some((_, Crossing::Preflight(_))), _) => empty(204),
            (_, Some(found)) => self.routed(found, request, source, &id).await,
            (_, None) => message(404, "Not Found"),
        };
        if let Some((cors, crossing)) = crossing {
            crossing.allow(cors, answer.headers_mut());
        }
        if let Some(log) = &self.access_log {
            let length = answer.body().size_hint().exact().unwrap_or_default();
            log.note(&[
                ("requestId", &id),
                ("routeKey", &key),
                ("status", answer.status().as_str()),
                ("responseLatency", &begun.until(self.world.now()).as_millis().to_string()),
                ("responseLength", &length.to_string()),
            ]);
        }
        if let Ok(id) = HeaderValue::from_str(&id) {
            answer.headers_mut().insert(REQUEST_ID, id);
        }
        answer
    }

    async fn routed<B>(
        &self,
        (route, parameters): (&RouteSpec, Map<String, Value>),
        request: Request<B>,
        source: IpAddr,
        id: &str,
    ) -> Answer
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Error>,
    {
        if !self.throttles.admit(&route.key(), self.world.now()) {
            return message(429, "Too Many Requests");
        }
        let (parts, body) = request.into_parts();
        let mut event = self.event(route, parameters, &parts, source, id);
        if route.authorized {
            match self.authorize(&parts.headers, &event).await {
                Ok(context) => event["requestContext"]["authorizer"] = json!({"lambda": context}),
                Err(refusal) => return *refusal,
            }
        }
        match timeout(self.request_time, Limited::new(body, MAX_REQUEST).collect()).await {
            Ok(Ok(body)) => add_body(&mut event, &parts.headers, &body.to_bytes()),
            Ok(Err(error)) if error.is::<LengthLimitError>() => return message(413, "Request Entity Too Large"),
            Ok(Err(_)) => return message(400, "Bad Request"),
            Err(_) => return message(408, "Request Timeout"),
        }
        match self.functions.invoke(&route.function, &event).await {
            Ok(answer) => respond(&answer).unwrap_or_else(|error| {
                tracing::error!(%error, function = route.function, "the answer is none that API Gateway knows");
                message(500, "Internal Server Error")
            }),
            Err(Unanswered::TimedOut | Unanswered::Throttled) => message(503, "Service Unavailable"),
            Err(why) => {
                tracing::error!(%why, function = route.function, "no answer");
                message(500, "Internal Server Error")
            }
        }
    }

    /// Asks the authorizer, or uses the verdict that was kept.
    async fn authorize(&self, headers: &HeaderMap, event: &Value) -> Result<Value, Box<Answer>> {
        let refuse = |status, text| Box::new(message(status, text));
        let Some(authorizer) = &self.authorizer else { return Err(refuse(500, "Internal Server Error")) };
        let header = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
        if header.is_empty() {
            return Err(refuse(401, "Unauthorized"));
        }
        let now = self.world.now();
        let known = self.verdicts().get(header).cloned().filter(|(until, _)| now < *until);
        if let Some((_, verdict)) = known {
            return verdict.ok_or_else(|| refuse(403, "Forbidden"));
        }
        let mut question = event.clone();
        question["type"] = "REQUEST".into();
        question["identitySource"] = json!([header]);
        question["routeArn"] = format!("arn:aws:execute-api:{REGION}:{ACCOUNT}:local/$default").into();
        let answer = self.functions.invoke(&authorizer.function, &question).await.map_err(|why| {
            tracing::error!(%why, "the authorizer gave no answer");
            refuse(500, "Internal Server Error")
        })?;
        let verdict = (answer["isAuthorized"] == true).then(|| answer["context"].clone());
        let mut verdicts = self.verdicts();
        if verdicts.len() >= MAX_VERDICTS {
            verdicts.clear();
        }
        verdicts.insert(header.to_owned(), (now + Duration::from_secs(authorizer.ttl), verdict.clone()));
        verdict.ok_or_else(|| refuse(403, "Forbidden"))
    }

    fn verdicts(&self) -> MutexGuard<'_, HashMap<String, Verdict>> {
        self.verdicts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The event of a request, still without its body (Amazon API Gateway, "AWS Lambda proxy integrations for HTTP
    /// APIs").
    fn event(
        &self,
        route: &RouteSpec,
        parameters: Map<String, Value>,
        parts: &hyper::http::request::Parts,
        source: IpAddr,
        id: &str,
    ) -> Value {
        let now = self.world.now();
        let clock = format_description!("[day]/[month repr:short]/[year]:[hour]:[minute]:[second] +0000");
        let (path, query) = (parts.uri.path(), parts.uri.query().unwrap_or_default());
        let (headers, cookies) = headers(&parts.headers);
        let route_key = route.key();
        let mut event = json!({
            "version": "2.0",
            "routeKey": route_key,
            "rawPath": path,
            "rawQueryString": query,
            "headers": headers,
            "requestContext": {
                "accountId": ACCOUNT,
                "apiId": "local",
                "domainName": headers.get("host"),
                "domainPrefix": "local",
                "http": {
                    "method": route.method,
                    "path": path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": source.to_string(),
                    "userAgent": headers.get("user-agent").cloned().unwrap_or_else(|| "".into()),
                },
                "requestId": id,
                "routeKey": route_key,
                "stage": "$default",
                "time": now.at(UtcOffset::UTC).format(&clock).unwrap_or_default(),
                "timeEpoch": now.millis(),
            },
            "isBase64Encoded": false,
        });
        if !cookies.is_empty() {
            event["cookies"] = cookies.into();
        }
        if !query.is_empty() {
            event["queryStringParameters"] = query_parameters(query).into();
        }
        if !parameters.is_empty() {
            event["pathParameters"] = parameters.into();
        }
        event
    }
}

impl AccessLog {
    /// Writes a line about a request. What is not known of it is `-`, as in API Gateway's own (Amazon API Gateway,
    /// "Customizing HTTP API access logs").
    fn note(&self, known: &[(&str, &str)]) {
        let mut parts = self.format.split("$context.");
        let mut line = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let end = part.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(part.len());
            let (name, rest) = part.split_at(end);
            line.push_str(known.iter().find(|(one, _)| *one == name).map_or("-", |(_, value)| value));
            line.push_str(rest);
        }
        (self.write)(&line);
    }
}

/// An answer in the gateway's own words.
pub fn message(status: u16, text: &str) -> Answer {
    text_response(status, "application/json", json!({"message": text}).to_string())
}

fn empty(status: u16) -> Answer {
    Response::builder().status(status).body(Full::default()).unwrap_or_default()
}

/// An answer with a body of text.
pub fn text_response(status: u16, content_type: &str, text: impl Into<Bytes>) -> Answer {
    let response = Response::builder().status(status).header("content-type", content_type);
    response.body(Full::new(text.into())).unwrap_or_default()
}

/// The route of a request, with the parts of its path. Of several that fit, the one with the fewest parameters.
pub fn find<'a>(routes: &'a [RouteSpec], method: &str, path: &str) -> Option<(&'a RouteSpec, Map<String, Value>)> {
    let fitting = routes.iter().filter(|route| route.method == method);
    let fitting = fitting.filter_map(|route| Some((route, fit(&route.path, path)?)));
    fitting.min_by_key(|(_, parameters)| parameters.len())
}

fn fit(pattern: &str, path: &str) -> Option<Map<String, Value>> {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    if pattern.len() != path.len() {
        return None;
    }
    let mut parameters = Map::new();
    for (wanted, given) in pattern.iter().zip(path) {
        match wanted.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(_) if given.is_empty() => return None,
            Some(name) => {
                drop(parameters.insert(name.to_owned(), percent_decode_str(given).decode_utf8_lossy().into()));
            }
            None if *wanted == given => {}
            None => return None,
        }
    }
    Some(parameters)
}

fn query_parameters(query: &str) -> Map<String, Value> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    joined(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())))
}

fn headers(headers: &HeaderMap) -> (Map<String, Value>, Vec<String>) {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let cookies = headers
        .get_all("cookie")
        .iter()
        .flat_map(|value| text(value).split("; ").map(str::to_owned).collect::<Vec<_>>());
    let others = headers.iter().filter(|(name, _)| *name != "cookie");
    (joined(others.map(|(name, value)| (name.as_str().to_owned(), text(value)))), cookies.collect())
}

/// Several values of one name are joined by commas.
fn joined(pairs: impl Iterator<Item = (String, String)>) -> Map<String, Value> {
    let mut all: Map<String, Value> = Map::new();
    for (name, value) in pairs {
        let value = match all.get(&name).and_then(Value::as_str) {
            Some(before) => format!("{before},{value}"),
            None => value,
        };
        all.insert(name, value.into());
    }
    all
}

/// Adds the body to an event: as text if its content type says so, and otherwise in base64.
fn add_body(event: &mut Value, headers: &HeaderMap, body: &Bytes) {
    if body.is_empty() {
        return;
    }
    let kind = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let textual = ["text/", "application/json", "application/javascript", "application/xml"];
    let textual = textual.iter().any(|start| kind.starts_with(start)) || kind.contains("+json");
    match std::str::from_utf8(body) {
        Ok(text) if textual => event["body"] = text.into(),
        _ => {
            event["body"] = STANDARD.encode(body).into();
            event["isBase64Encoded"] = true.into();
        }
    }
}

/// The response that a function's answer describes.
fn respond(answer: &Value) -> Result<Answer, Error> {
    let status = answer["statusCode"].as_u64().ok_or("no statusCode")?;
    let mut response = Response::builder().status(StatusCode::from_u16(u16::try_from(status)?)?);
    for (name, value) in answer["headers"].as_object().into_iter().flatten() {
        response = response.header(name, value.as_str().unwrap_or_default());
    }
    for cookie in answer["cookies"].as_array().into_iter().flatten() {
        response = response.header("set-cookie", cookie.as_str().unwrap_or_default());
    }
    let body = answer["body"].as_str().unwrap_or_default();
    let body = if answer["isBase64Encoded"] == true { STANDARD.decode(body)? } else { body.as_bytes().to_vec() };
    Ok(response.body(Full::new(Bytes::from(body)))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(path: &str) -> RouteSpec {
        RouteSpec { method: "GET".into(), path: path.into(), function: path.into(), authorized: false }
    }

    #[test]
    fn the_most_exact_route_wins() {
        let routes = [route("/api/events/{id}"), route("/api/events/new"), route("/api/events/{id}/seats")];
        let found = |path| find(&routes, "GET", path).map(|(route, p)| (route.path.as_str(), Value::Object(p)));
        assert_eq!(found("/api/events/new").unwrap().0, "/api/events/new");
        assert_eq!(found("/api/events/a%2Fb").unwrap(), ("/api/events/{id}", json!({"id": "a/b"})));
        assert_eq!(found("/api/events/7/seats").unwrap().1, json!({"id": "7"}));
        assert!(found("/api/events/").is_none());
        assert!(found("/api/events").is_none());
        assert!(find(&routes, "POST", "/api/events/new").is_none());
    }

    #[test]
    fn a_query_is_decoded_and_its_values_joined() {
        for (query, parameters) in [
            ("a=1&b=2&a=3", json!({"a": "1,3", "b": "2"})),
            ("q=a%20b+c%zz%", json!({"q": "a b c%zz%"})),
            ("q=%E2%82&&r", json!({"q": "\u{fffd}", "r": ""})),
        ] {
            assert_eq!(Value::Object(query_parameters(query)), parameters, "{query}");
        }
    }
}
