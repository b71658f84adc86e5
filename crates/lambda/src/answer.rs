//! What handlers answer. The type of an answer determines its status, its headers and its schema, so that the
//! description always agrees with the code.

use crate::coding;
use crate::cursor::bound;
use crate::describe::{Content, Operation};
use crate::request::Incoming;
use crate::tags::Tags;
use contracts::keys::digest;
use contracts::{Code, Page, Problem};
use lambda_http::{Body, Request, Response};
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;

/// A response, or the problem in its place.
pub type Answer = Result<Response<Body>, Problem>;

/// What a response depends on, besides the handler's answer.
pub struct Around<'a> {
    pub(crate) incoming: &'a Incoming<'a>,
    /// The `Cache-Control` of a route whose answers may be cached.
    pub(crate) cache: Option<&'static str>,
}

impl Around<'_> {
    /// A response of JSON. If it may be cached, its `ETag` is a digest of the body.
    fn digested(&self, status: u16, text: String) -> Answer {
        let Some(cache) = self.cache else { return build(status, &[JSON, NOT_KEPT], Body::Text(text)) };
        let tag = start_of_digest(&text, 16);
        self.tagged(text, &tag, cache)
    }

    /// A response of JSON that may be cached, with this `ETag`: 304 when the client has it already (RFC 9110, section
    /// 13.1.2).
    fn tagged(&self, text: String, tag: &str, cache: &str) -> Answer {
        let known = header(self.incoming.request, "if-none-match").is_some_and(|known| Tags::read(known).name(tag));
        let tag = format!("\"{tag}\"");
        let headers = [("etag", tag.as_str()), ("cache-control", cache)];
        if known {
            return build(304, &headers, Body::Empty);
        }
        build(200, &[&[JSON][..], &headers].concat(), Body::Text(text))
    }
}

/// Something that a handler answers.
pub trait Answers: Send {
    /// The status of a success.
    const STATUS: u16 = 200;

    /// Adds the answer's format to the description of its route.
    fn describe(operation: &mut Operation);

    /// The response.
    fn respond(self, status: u16, around: &Around<'_>) -> Answer;
}

/// JSON. On a route whose answers may be cached, the `ETag` is a digest of the body.
pub struct Json<T>(pub T);

/// JSON about something with a version: the `ETag` is the version, for `If-Match`.
///
/// On a route whose answers may be cached, the body depends on more than the version. There the `ETag` is the version
/// and a digest of the body.
pub struct Versioned<T> {
    /// The thing's version.
    pub version: u64,
    /// What is answered.
    pub body: T,
}

/// JSON with an `ETag` that the handler chose, on a route whose answers may be cached.
pub struct Tagged<T> {
    /// The `ETag`: a different one for each different body.
    pub tag: String,
    /// What is answered.
    pub body: T,
}

/// Something was made: 201.
pub struct Created<R>(pub R);

/// Something was taken in and will be done: 202.
pub struct Accepted<R>(pub R);

/// Nothing to say: 204.
pub struct NoContent;

/// A temporary redirect: 302.
pub struct Redirect(pub String);

/// JSON, or the same data as a table to download, for clients that ask for `text/csv`.
pub enum JsonOrCsv<T> {
    /// As JSON.
    Json(T),
    /// As CSV, in a file of this name.
    Csv {
        /// The file's name.
        name: String,
        /// The table.
        text: String,
    },
}

/// JSON that exists as text already.
pub struct MadeJson(pub &'static str);

const JSON: (&str, &str) = ("content-type", "application/json");
const NOT_KEPT: (&str, &str) = ("cache-control", "no-store");

fn text(body: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(body).map_err(|e| Problem::new(Code::Internal).caused_by(e))
}

fn start_of_digest(text: &str, length: usize) -> String {
    digest(text.as_bytes()).get(..length).unwrap_or_default().to_owned()
}

impl<T: Serialize + JsonSchema + Send> Answers for Json<T> {
    fn describe(operation: &mut Operation) {
        operation.content = Content::Json(SchemaGenerator::subschema_for::<T>);
    }

    fn respond(self, status: u16, around: &Around<'_>) -> Answer {
        let text = text(&self.0)?;
        around.digested(status, text)
    }
}

impl<T: Serialize + JsonSchema + Send> Answers for Versioned<T> {
    fn describe(operation: &mut Operation) {
        Json::<T>::describe(operation);
    }

    fn respond(self, status: u16, around: &Around<'_>) -> Answer {
        let text = text(&self.body)?;
        if let Some(cache) = around.cache {
            let tag = format!("{}.{}", self.version, start_of_digest(&text, 12));
            return around.tagged(text, &tag, cache);
        }
        let tag = format!("\"{}\"", self.version);
        build(status, &[JSON, NOT_KEPT, ("etag", &tag)], Body::Text(text))
    }
}

impl<T: Serialize + JsonSchema + Send> Answers for Tagged<T> {
    fn describe(operation: &mut Operation) {
        Json::<T>::describe(operation);
    }

    fn respond(self, _: u16, around: &Around<'_>) -> Answer {
        around.tagged(text(&self.body)?, &self.tag, around.cache.unwrap_or("no-cache"))
    }
}

/// A page of a list, as every list answers: `items` and `next_cursor`.
impl<T: Serialize + JsonSchema + Send> Answers for Page<T> {
    fn describe(operation: &mut Operation) {
        operation.content = Content::Page(SchemaGenerator::subschema_for::<T>);
    }

    fn respond(mut self, status: u16, around: &Around<'_>) -> Answer {
        self.next_cursor = self.next_cursor.map(|cursor| bound(&cursor, around.incoming));
        let text = text(&self)?;
        around.digested(status, text)
    }
}

impl<R: Answers> Answers for Created<R> {
    const STATUS: u16 = 201;

    fn describe(operation: &mut Operation) {
        R::describe(operation);
    }

    fn respond(self, status: u16, around: &Around<'_>) -> Answer {
        self.0.respond(status, around)
    }
}

impl<R: Answers> Answers for Accepted<R> {
    const STATUS: u16 = 202;

    fn describe(operation: &mut Operation) {
        R::describe(operation);
    }

    fn respond(self, status: u16, around: &Around<'_>) -> Answer {
        self.0.respond(status, around)
    }
}

impl Answers for NoContent {
    const STATUS: u16 = 204;

    fn describe(operation: &mut Operation) {
        operation.content = Content::Empty;
    }

    fn respond(self, status: u16, _: &Around<'_>) -> Answer {
        build(status, &[], Body::Empty)
    }
}

impl Answers for Redirect {
    const STATUS: u16 = 302;

    fn describe(operation: &mut Operation) {
        operation.content = Content::Redirect;
    }

    fn respond(self, status: u16, _: &Around<'_>) -> Answer {
        build(status, &[("location", &self.0), NOT_KEPT], Body::Empty)
    }
}

impl<T: Serialize + JsonSchema + Send> Answers for JsonOrCsv<T> {
    fn describe(operation: &mut Operation) {
        Json::<T>::describe(operation);
        operation.also.push("text/csv");
    }

    fn respond(self, status: u16, around: &Around<'_>) -> Answer {
        match self {
            Self::Json(body) => Json(body).respond(status, around),
            Self::Csv { name, text } => {
                let disposition = format!("attachment; filename=\"{name}\"");
                let kind = ("content-type", "text/csv; charset=utf-8");
                build(status, &[kind, NOT_KEPT, ("content-disposition", &disposition)], Body::Text(text))
            }
        }
    }
}

impl Answers for MadeJson {
    fn describe(operation: &mut Operation) {
        Json::<serde_json::Value>::describe(operation);
    }

    fn respond(self, status: u16, around: &Around<'_>) -> Answer {
        build(status, &[JSON, ("cache-control", around.cache.unwrap_or("no-store"))], Body::Text(self.0.to_owned()))
    }
}

/// A problem as `application/problem+json` (RFC 9457).
pub fn problem(problem: &Problem) -> Response<Body> {
    let retry = problem.retry_after().map(|seconds| seconds.to_string());
    let mut headers = vec![("content-type", "application/problem+json"), NOT_KEPT];
    headers.extend(retry.iter().map(|seconds| ("retry-after", seconds.as_str())));
    if problem.code() == Code::UnsupportedEncoding {
        headers.push(("accept-encoding", coding::READ));
    }
    build(problem.code().status(), &headers, Body::Text(problem.body().to_string())).unwrap_or_default()
}

/// JSON as an outside system's API answers it, with its own status where it has one: for the simulators.
pub struct Foreign<T> {
    status: Option<u16>,
    body: T,
}

impl<T> Foreign<T> {
    /// With the status of a success.
    pub const fn of(body: T) -> Self {
        Self { status: None, body }
    }

    /// With this status.
    pub const fn with_status(status: u16, body: T) -> Self {
        Self { status: Some(status), body }
    }
}

impl<T: Serialize + Send> Answers for Foreign<T> {
    fn describe(operation: &mut Operation) {
        Json::<serde_json::Value>::describe(operation);
    }

    fn respond(self, status: u16, _: &Around<'_>) -> Answer {
        build(self.status.unwrap_or(status), &[JSON, NOT_KEPT], Body::Text(text(&self.body)?))
    }
}

fn build(status: u16, headers: &[(&str, &str)], body: Body) -> Answer {
    let builder = headers.iter().fold(Response::builder().status(status), |b, (name, value)| b.header(*name, *value));
    builder.body(body).map_err(|e| Problem::new(Code::Internal).caused_by(e))
}

/// A header, if given and readable.
pub(crate) fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}
