//! The parts of a request that handlers take. A handler's argument is a tuple of parts: who asks, parts of the path,
//! the query, the body, headers. Each part is read, checked and described in one place, here. Whatever the order of the
//! tuple, a client gets the problem that comes first in the API's contract: who asks (403), size (413), coding (415),
//! JSON (400), fields (422), and only then the thing itself (404, 412).

use crate::accept::prefers;
use crate::access::{ForServices, ForUsers, Signed, UsersAndServices};
use crate::answer::header;
use crate::body;
use crate::body::read_number;
use crate::coding::unpacked;
use crate::cursor::unbound;
use crate::describe::{Operation, Presence, taken};
use crate::function::Sender;
use crate::tags::Tags;
use contracts::edit::Seen;
use contracts::keys::digest;
use contracts::optional::given;
use contracts::webhook::{self, InvoiceEvent, Secrets};
use contracts::{Caller, Code, CorrelationId, IdempotencyKey, PageRequest, Problem, Service, Timestamp};
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequestContext;
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt};
use mediatype::media_type;
use schemars::{JsonSchema, Schema, json_schema};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use settings::EdgeKey;
use std::borrow::Cow;
use std::net::IpAddr;
use std::str::FromStr;

pub use crate::answer::Json;

/// The largest body accepted, in bytes, after unpacking.
pub const MAX_BODY: usize = 64 * 1024;

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

/// A request on a route.
pub struct Incoming<'a> {
    pub(crate) request: &'a Request,
    /// The route's path, with `{parameters}`.
    pub(crate) path: &'static str,
    /// The parameters of the query that the route reads.
    pub(crate) query: &'a [&'static str],
}

impl Incoming<'_> {
    /// Who asks. If a route without an authorizer asks for a caller, that is a mistake of ours, and nobody gets in.
    pub(crate) fn authorized(&self) -> Result<Authorized, Problem> {
        let authorizer = context(self.request).and_then(|context| context.authorizer.as_ref());
        let fields = authorizer.map(|authorizer| authorizer.fields.clone()).unwrap_or_default();
        let fields = Value::Object(fields.into_iter().collect());
        serde_json::from_value(fields).map_err(|_| Problem::new(Code::Forbidden))
    }

    /// A parameter of the query. One that is empty is as if not given.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        given(self.request.query_string_parameters_ref().and_then(|query| query.first(name)))
    }

    /// The parts of the path, in order.
    pub(crate) fn path_parts(&self) -> impl Iterator<Item = &str> {
        let given = self.request.path_parameters_ref();
        names(self.path).map(move |name| given.and_then(|given| given.first(name)).unwrap_or_default())
    }

    /// 422 when the query has a parameter that the route does not read.
    pub(crate) fn only_known(&self) -> Result<(), Problem> {
        let given = self.request.query_string_parameters_ref();
        let unknown = given.and_then(|all| all.iter().map(|(name, _)| name).find(|name| !self.query.contains(name)));
        // A name that the sender chose is answered only if it looks like one of ours.
        let plain = |name: &str| name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let named = |name: &str| Problem::invalid(if plain(name) { name } else { "" }, "There is no such parameter.");
        unknown.map_or(Ok(()), |name| Err(named(name)))
    }

    /// The body, unpacked: 413, 415, or 400 if it is not what its `Content-Encoding` says.
    fn body(&self) -> Result<Cow<'_, [u8]>, Problem> {
        let sent = match self.request.body() {
            Body::Text(text) => text.as_bytes(),
            Body::Binary(bytes) => bytes,
            _ => &[],
        };
        unpacked(sent, header(self.request, "content-encoding").unwrap_or_default(), MAX_BODY)
    }
}

fn context(request: &Request) -> Option<&ApiGatewayV2httpRequestContext> {
    match request.request_context_ref()? {
        RequestContext::ApiGatewayV2(context) => Some(context),
        _ => None,
    }
}

/// The chain that a request begins, and the chain that its sender says it belongs to. A user, or whoever is not signed
/// in, cannot choose it: who reads the log by an id should find nothing else. A webhook's sender may say it, and its
/// line is not in that chain if the webhook is refused.
pub(crate) fn chains(request: &Request, sender: Sender) -> (Option<CorrelationId>, Option<CorrelationId>) {
    let Some(context) = context(request) else { return (None, None) };
    let own = context.request_id.as_deref().and_then(|id| id.parse().ok());
    let kind = context.authorizer.as_ref().and_then(|authorizer| authorizer.fields.get("kind"));
    let may_say = sender == Sender::Signature || kind.is_some_and(|kind| kind == "service");
    let told = header(request, correlation::HEADER).filter(|_| may_say);
    (own, told.and_then(|told| told.parse().ok()))
}

pub(crate) fn route_key(request: &Request) -> String {
    context(request).and_then(|context| context.route_key.clone()).unwrap_or_default()
}

/// A part of a request, on a route with the access `A`.
pub trait Extract<A>: Sized + Send {
    /// The parameters of the query that it reads.
    const QUERY: &'static [&'static str] = &[];

    /// The problems that reading it may find.
    const PROBLEMS: &'static [Code];

    /// Adds this part to the description of its route.
    fn describe(operation: &mut Operation);

    /// Reads it.
    fn extract(incoming: &Incoming<'_>) -> Result<Self, Problem>;
}

/// What a handler takes: a tuple of parts.
pub trait Input<A>: Sized + Send {
    /// The parameters of the query that its parts read.
    fn query() -> Vec<&'static str>;

    /// The problems that reading them may find.
    fn problems() -> Vec<Code>;

    /// Adds its parts to the description of their route.
    fn describe(operation: &mut Operation);

    /// Reads all parts, or answers the problem that comes first in the API's contract.
    fn take(incoming: &Incoming<'_>, found: FirstProblem) -> Result<Self, Problem>;
}

/// The problem that comes first in the API's contract, of all that were found so far.
#[derive(Default)]
pub struct FirstProblem(Option<Problem>);

impl FirstProblem {
    /// Takes the value out of a result. If there is a problem instead, keeps it, unless the problem kept so far comes
    /// before it.
    pub fn keep<T>(&mut self, found: Result<T, Problem>) -> Option<T> {
        match found {
            Ok(value) => Some(value),
            Err(problem) => {
                if self.0.as_ref().is_none_or(|first| rank(&problem) < rank(first)) {
                    self.0 = Some(problem);
                }
                None
            }
        }
    }

    fn problem(self) -> Problem {
        self.0.unwrap_or_else(|| Problem::new(Code::Internal))
    }
}

/// The place of a problem in the order in which requests are checked.
fn rank(problem: &Problem) -> usize {
    const ORDER: [u16; 8] = [401, 403, 413, 415, 400, 422, 404, 412];
    ORDER.iter().position(|status| *status == problem.code().status()).unwrap_or(ORDER.len())
}

macro_rules! input {
    ($($part:ident $value:ident),*) => {
        impl<Access, $($part: Extract<Access>),*> Input<Access> for ($($part,)*) {
            fn query() -> Vec<&'static str> {
                [$($part::QUERY),*].concat()
            }

            fn problems() -> Vec<Code> {
                [$($part::PROBLEMS),*].concat()
            }

            fn describe(operation: &mut Operation) {
                $($part::describe(operation);)*
            }

            fn take(incoming: &Incoming<'_>, mut found: FirstProblem) -> Result<Self, Problem> {
                $(let $value = found.keep($part::extract(incoming));)*
                match ($($value,)* found.0.is_some()) {
                    ($(Some($value),)* false) => Ok(($($value,)*)),
                    _ => Err(found.problem()),
                }
            }
        }
    };
}

input!(A a);
input!(A a, B b);
input!(A a, B b, C c);
input!(A a, B b, C c, D d);

impl<Access> Input<Access> for () {
    fn query() -> Vec<&'static str> {
        Vec::new()
    }

    fn problems() -> Vec<Code> {
        Vec::new()
    }

    fn describe(_: &mut Operation) {}

    fn take(_: &Incoming<'_>, found: FirstProblem) -> Result<Self, Problem> {
        if found.0.is_some() { Err(found.problem()) } else { Ok(()) }
    }
}

/// The user who asks.
impl<A: ForUsers> Extract<A> for Caller {
    const PROBLEMS: &'static [Code] = &[];

    fn describe(_: &mut Operation) {}

    fn extract(incoming: &Incoming<'_>) -> Result<Self, Problem> {
        match incoming.authorized()? {
            Authorized::User(caller) => Ok(caller),
            Authorized::Service { .. } => Err(Problem::new(Code::Forbidden)),
        }
    }
}

/// The service that asks.
impl<A: ForServices> Extract<A> for Service {
    const PROBLEMS: &'static [Code] = &[];

    fn describe(_: &mut Operation) {}

    fn extract(incoming: &Incoming<'_>) -> Result<Self, Problem> {
        match incoming.authorized()? {
            Authorized::Service { name, .. } => Ok(name),
            Authorized::User(_) => Err(Problem::new(Code::Forbidden)),
        }
    }
}

/// Who asks, on a route for users and services.
impl Extract<UsersAndServices> for Authorized {
    const PROBLEMS: &'static [Code] = &[];

    fn describe(_: &mut Operation) {}

    fn extract(incoming: &Incoming<'_>) -> Result<Self, Problem> {
        incoming.authorized()
    }
}

/// The parts of the path, in order. A part that cannot be read names nothing, so the answer is 404.
pub struct Path<T>(pub T);

/// One or two parts of a path.
pub trait PathParts: Sized + Send {
    /// How many.
    const COUNT: usize;

    /// Reads them.
    fn read<'a>(parts: impl Iterator<Item = &'a str>) -> Option<Self>;
}

impl<T: FromStr + Send> PathParts for T {
    const COUNT: usize = 1;

    fn read<'a>(mut parts: impl Iterator<Item = &'a str>) -> Option<Self> {
        parts.next()?.parse().ok()
    }
}

/// Two parts of a path.
pub struct Both<T, U>(pub T, pub U);

impl<T: FromStr + Send, U: FromStr + Send> PathParts for Both<T, U> {
    const COUNT: usize = 2;

    fn read<'a>(mut parts: impl Iterator<Item = &'a str>) -> Option<Self> {
        Some(Self(parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    }
}

/// The names of a path's parts, in its order.
pub fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

impl<A, T: PathParts> Extract<A> for Path<T> {
    const PROBLEMS: &'static [Code] = &[Code::NotFound];

    fn describe(operation: &mut Operation) {
        operation.path_parts += T::COUNT;
    }

    fn extract(incoming: &Incoming<'_>) -> Result<Self, Problem> {
        T::read(incoming.path_parts()).map(Self).ok_or_else(Problem::not_found)
    }
}

/// Is only the head of the answer asked for (`HEAD`)?
pub struct HeadOnly(pub bool);

impl<A> Extract<A> for HeadOnly {
    const PROBLEMS: &'static [Code] = &[];

    fn describe(_: &mut Operation) {}

    fn extract(incoming: &Incoming<'_>) -> Result<Self, Problem> {
        Ok(Self(incoming.request.method() == "HEAD"))
    }
}

/// Parameters of the query; made with [`query!`](crate::query!).
pub struct Query<T>(pub T);

/// Parameters of a query, each optional.
pub trait Parameters: Sized + Send {
    /// Their names.
    const NAMES: &'static [&'static str];

    /// Reads them; `given` answers the value of a parameter by its name.
    fn read<'a>(given: impl Fn(&str) -> Option<&'a str>) -> Result<Self, Problem>;

    /// Their schemas, in the order of their names.
    fn schemas() -> Vec<Schema>;
}

/// Declares the parameters of a query by name and type: a struct in which each field is an `Option`.
///
/// A value that cannot be read is 422 with the message of its type's own error, which says what would be right.
#[macro_export]
macro_rules! query {
    ($(#[$doc:meta])* $vis:vis struct $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),+ $(,)? }) => {
        $(#[$doc])*
        $vis struct $name {
            $($(#[$field_doc])* $vis $field: Option<$type>,)+
        }

        impl $crate::Parameters for $name {
            const NAMES: &'static [&'static str] = &[$(stringify!($field)),+];

            fn read<'a>(given: impl Fn(&str) -> Option<&'a str>) -> Result<Self, $crate::Problem> {
                Ok(Self { $($field: $crate::parameter::<$type>(stringify!($field), given(stringify!($field)))?,)+ })
            }

            fn schemas() -> Vec<$crate::Schema> {
                vec![$($crate::parameter_schema::<$type>()),+]
            }
        }
    };
}

/// A parameter of the query, if given.
pub fn parameter<T: FromStr<Err: std::fmt::Display>>(name: &str, given: Option<&str>) -> Result<Option<T>, Problem> {
    given.map(|text| text.parse().map_err(|why: T::Err| Problem::invalid(name, why.to_string()))).transpose()
}

/// A parameter's schema.
pub fn parameter_schema<T: JsonSchema>() -> Schema {
    taken::<T>()
}

impl<A, T: Parameters> Extract<A> for Query<T> {
    const QUERY: &'static [&'static str] = T::NAMES;
    const PROBLEMS: &'static [Code] = &[Code::Invalid];

    fn describe(operation: &mut Operation) {
        operation.query.extend(T::NAMES.iter().copied().zip(T::schemas()));
    }

    fn extract(incoming: &Incoming<'_>) -> Result<Self, Problem> {
        T::read(|name| incoming.parameter(name)).map(Self)
    }
}

/// A whole number in any way that JSON writes it: `5`, `5.0`, `5e0`.
fn whole_number(text: &str) -> Option<u32> {
    read_number(text).and_then(|number| u32::try_from(number).ok())
}

/// The page asked for by `limit` (default 20) and `cursor`; 422 when out of range, or when the cursor is of another
/// list or another query.
impl<A> Extract<A> for PageRequest {
    const QUERY: &'static [&'static str] = &Self::PARAMETERS;
    const PROBLEMS: &'static [Code] = &[Code::Invalid];

    fn describe(operation: &mut Operation) {
        let (most, usual) = (Self::MOST, Self::USUAL);
        let limit = json_schema!({"type": "integer", "minimum": 1, "maximum": most, "default": usual});
        let cursor = json_schema!({
            "type": "string",
            "description": "`next_cursor` of the page before, with the same path and query.",
        });
        operation.query.extend(Self::PARAMETERS.into_iter().zip([limit, cursor]));
    }

    fn extract(incoming: &Incoming<'_>) -> Result<Self, Problem> {
        let [limit, cursor] = Self::PARAMETERS.map(|name| incoming.parameter(name));
        let limit = limit.map_or(Some(Self::USUAL), whole_number);
        Self::new(limit, cursor.map(|given| unbound(given, incoming)).transpose()?)
    }
}

/// The body as JSON of this shape; 413, 415, 400, or 422 with the `field` that is wrong.
impl<A, T: DeserializeOwned + JsonSchema + Send> Extract<A> for Json<T> {
    const PROBLEMS: &'static [Code] = &[Code::MalformedJson, Code::TooLarge, Code::UnsupportedEncoding, Code::Invalid];

    fn describe(operation: &mut Operation) {
        operation.body = Some(taken::<T>());
        operation.reads = Some(|body| serde_json::from_value::<T>(body).map(drop));
    }

    fn extract(incoming: &Incoming<'_>) -> Result<Self, Problem> {
        body::read(&incoming.body()?).map(Self)
    }
}

/// The same, where the body may be missing.
impl<A, T: DeserializeOwned + JsonSchema + Send> Extract<A> for Option<Json<T>> {
    const PROBLEMS: &'static [Code] = <Json<T> as Extract<A>>::PROBLEMS;

    fn describe(operation: &mut Operation) {
        <Json<T> as Extract<A>>::describe(operation);
        operation.body_presence = Presence::Optional;
    }

    fn extract(incoming: &Incoming<'_>) -> Result<Self, Problem> {
        let body = incoming.body()?;
        if body.is_empty() { Ok(None) } else { body::read(&body).map(Json).map(Some) }
    }
}

/// The versions that the caller saw, if `If-Match` names any (RFC 9110, section 13.1.1); 412 when none of its tags is
/// ours. A tag of ours is the version. If the body depends on more, a dot and a digest of the body follow.
pub struct IfMatch(pub Seen);

impl<A> Extract<A> for IfMatch {
    const PROBLEMS: &'static [Code] = &[Code::VersionMismatch];

    fn describe(operation: &mut Operation) {
        operation.conditional = true;
    }

    fn extract(incoming: &Incoming<'_>) -> Result<Self, Problem> {
        let Some(given) = incoming.request.headers().get("if-match") else { return Ok(Self(Seen::Any)) };
        match Tags::read(given.to_str().unwrap_or_default()).versions() {
            None => Ok(Self(Seen::Any)),
            Some(versions) if versions.is_empty() => Err(Problem::new(Code::VersionMismatch)),
            Some(versions) => Ok(Self(Seen::OneOf(versions))),
        }
    }
}

/// The `Idempotency-Key` with a digest of what the request means, if given; 422 unless it is 1 to 255 ASCII characters.
impl<A> Extract<A> for Option<IdempotencyKey> {
    const PROBLEMS: &'static [Code] = &[Code::TooLarge, Code::UnsupportedEncoding, Code::MalformedJson, Code::Invalid];

    fn describe(operation: &mut Operation) {
        operation.keyed = true;
    }

    fn extract(incoming: &Incoming<'_>) -> Result<Self, Problem> {
        if !incoming.request.headers().contains_key("idempotency-key") {
            return Ok(None);
        }
        let key = header(incoming.request, "idempotency-key").filter(|key| (1..=255).contains(&key.len()));
        let key = key.ok_or_else(|| Problem::invalid("Idempotency-Key", "1 to 255 ASCII characters."))?;
        let parts: String = incoming.path_parts().flat_map(|part| [part, "/"]).collect();
        let asked = [parts.as_bytes(), &body::canonical(&incoming.body()?)].concat();
        Ok(Some(IdempotencyKey { key: key.to_owned(), digest: digest(&asked) }))
    }
}

/// The address that a request came from, not yet trusted.
pub struct SourceAddress {
    gateway: String,
    edge: Option<(String, String)>,
}

impl SourceAddress {
    /// The caller's address as our CDN saw it, if the request came through it, and otherwise as the gateway saw it. The
    /// CDN proves itself by its key; what any other header says is what its sender wants us to believe.
    pub fn trusted(self, edge: &EdgeKey) -> String {
        let viewer = self.edge.filter(|(key, _)| edge.is(key)).and_then(|(_, viewer)| viewer.parse::<IpAddr>().ok());
        viewer.map_or(self.gateway, |address| address.to_string())
    }
}

impl<A> Extract<A> for SourceAddress {
    const PROBLEMS: &'static [Code] = &[];

    fn describe(_: &mut Operation) {}

    fn extract(incoming: &Incoming<'_>) -> Result<Self, Problem> {
        let gateway = context(incoming.request).and_then(|c| c.http.source_ip.clone()).unwrap_or_default();
        let said = |name| header(incoming.request, name).map(str::to_owned);
        Ok(Self { gateway, edge: said("x-karcis-edge").zip(said("x-karcis-viewer")) })
    }
}

/// The `Authorization` header, if given: for simulators, which check it themselves as the real system would.
pub struct Authorization(pub Option<String>);

impl<A> Extract<A> for Authorization {
    const PROBLEMS: &'static [Code] = &[];

    fn describe(_: &mut Operation) {}

    fn extract(incoming: &Incoming<'_>) -> Result<Self, Problem> {
        Ok(Self(header(incoming.request, "authorization").map(str::to_owned)))
    }
}

/// Does the client want CSV more than JSON?
pub struct WantsCsv(pub bool);

impl<A> Extract<A> for WantsCsv {
    const PROBLEMS: &'static [Code] = &[];

    fn describe(_: &mut Operation) {}

    fn extract(incoming: &Incoming<'_>) -> Result<Self, Problem> {
        let accept = header(incoming.request, "accept").unwrap_or_default();
        Ok(Self(prefers(accept, &media_type!(TEXT / CSV), &media_type!(APPLICATION / JSON))))
    }
}

/// A webhook from payments, signed over the raw bytes of its body.
pub struct SignedNews {
    id: String,
    second: String,
    signatures: String,
    body: Vec<u8>,
}

impl SignedNews {
    /// The news, if it is signed with one of these secrets, and fresh; 401 if not. `None`: it is genuine and of a type
    /// that we do not know. A sender may add types, and would send one that is refused again for days.
    pub fn open(&self, secrets: &Secrets, now: Timestamp) -> Result<Option<InvoiceEvent>, Problem> {
        let genuine = secrets.verify(&self.id, &self.second, &self.signatures, &self.body, now);
        genuine.map_err(|_| Problem::new(Code::BadSignature))?;
        let Typed { kind } = body::read(&self.body)?;
        if !InvoiceEvent::TYPES.contains(&&*kind) {
            tracing::warn!(id = self.id, kind, "a genuine webhook of an unknown type");
            return Ok(None);
        }
        body::read(&self.body).map(Some)
    }
}

/// What every webhook has.
#[derive(Deserialize, JsonSchema)]
struct Typed {
    #[serde(rename = "type")]
    kind: String,
}

impl Extract<Signed> for SignedNews {
    const PROBLEMS: &'static [Code] =
        &[Code::BadSignature, Code::MalformedJson, Code::TooLarge, Code::UnsupportedEncoding, Code::Invalid];

    fn describe(operation: &mut Operation) {
        operation.body = Some(taken::<InvoiceEvent>());
        operation.reads = Some(|body| serde_json::from_value::<InvoiceEvent>(body).map(drop));
    }

    fn extract(incoming: &Incoming<'_>) -> Result<Self, Problem> {
        let header = |name| header(incoming.request, name).unwrap_or_default().to_owned();
        let (id, second, signatures) = (header(webhook::ID), header(webhook::TIMESTAMP), header(webhook::SIGNATURE));
        Ok(Self { id, second, signatures, body: incoming.body()?.into_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_our_cdns_word_or_the_gateways() {
        let edge = EdgeKey::new("secret");
        for (key, viewer, trusted) in [
            (Some("secret"), Some("198.51.100.10"), "198.51.100.10"),
            (Some("secret"), Some("2001:db8::7"), "2001:db8::7"),
            (Some("secret"), Some("198.51.100.10:46532"), "203.0.113.1"),
            (Some("secret"), Some(""), "203.0.113.1"),
            (Some("secret"), None, "203.0.113.1"),
            (Some("guess"), Some("198.51.100.10"), "203.0.113.1"),
            (Some(""), Some("198.51.100.10"), "203.0.113.1"),
            (None, Some("198.51.100.10"), "203.0.113.1"),
        ] {
            let edge_says = key.map(str::to_owned).zip(viewer.map(str::to_owned));
            let source = SourceAddress { gateway: "203.0.113.1".into(), edge: edge_says };
            assert_eq!(source.trusted(&edge), trusted, "{key:?} {viewer:?}");
        }
    }
}
