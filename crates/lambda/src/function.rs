//! A function takes an event and gives an answer; [`run`] runs it in Lambda.

use crate::describe::Description;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contracts::{Problem, SystemWorld, World};
use correlation::{called, following};
use futures::future::BoxFuture;
use lambda_http::{Body, IntoResponse, Request, Response, Service, request::LambdaRequest};
use lambda_runtime::{Context, LambdaEvent, service_fn};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use settings::{Env, Error};
use std::future::Future;
use std::marker::PhantomData;
use std::process::ExitCode;
use std::sync::Arc;
use tracing::{Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

/// An event or an answer, as JSON text.
pub type Payload = Box<RawValue>;

type Invoke = dyn Fn(Payload, Context) -> BoxFuture<'static, Result<Payload, Error>> + Send + Sync;

/// The types that a definition's handler takes and answers.
pub(crate) type Of<T> = PhantomData<fn() -> T>;

/// The definition of a function, which stands once, in the function's own folder.
pub trait Definition: Send + 'static {
    /// Its description, as a value.
    fn describe(self) -> Description;

    /// Makes it ready to be called, from its settings; `world` is its clock and the source of its ids. Fails when a
    /// setting is missing or wrong.
    fn start(self, env: Env, world: Arc<dyn World>) -> impl Future<Output = Result<Function, Error>> + Send;
}

/// A Lambda function, ready to be called.
#[derive(Clone)]
pub struct Function(Arc<Invoke>);

impl Function {
    /// A function whose events are JSON of the shape `I`.
    pub fn new<I, O, F, Fut>(handler: F) -> Self
    where
        I: DeserializeOwned,
        O: Serialize,
        F: Fn(I) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<O, Error>> + Send + 'static,
    {
        let handler = Arc::new(handler);
        Self(Arc::new(move |event, _| match serde_json::from_str(event.get()) {
            Ok(input) => {
                let answer = handler(input);
                Box::pin(async move { Ok(serde_json::value::to_raw_value(&answer.await?)?) })
            }
            Err(error) => Box::pin(async move { Err(error.into()) }),
        }))
    }

    /// A function behind a route: an API Gateway event, payload version 2.0, becomes a request, and a [`Problem`]
    /// becomes its answer. Logs one line per request, without the body and the query.
    pub fn http<F, Fut>(sender: Sender, handler: F) -> Self
    where
        F: Fn(Request) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Response<Body>, Problem>> + Send + 'static,
    {
        let handler = Arc::new(handler);
        Self(Arc::new(move |event, context| {
            let handler = Arc::clone(&handler);
            Box::pin(async move {
                let request = serde_json::from_str(event.get()).map_err(|_| OTHER_FORM)?;
                let request = without_address(request)?;
                let respond = service_fn(move |request: Request| {
                    let handler = Arc::clone(&handler);
                    async move { Ok::<_, Error>(answer(sender, &*handler, request).await) }
                });
                let mut adapter = lambda_http::Adapter::from(respond);
                let response = adapter.call(LambdaEvent::new(request, context)).await?;
                Ok(serde_json::value::to_raw_value(&response)?)
            })
        }))
    }

    /// Calls this function for events of a route, and `other` for all other events, such as a schedule's.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(Arc::new(move |event, context| {
            // One of payload version 1.0 is a request too, and is refused as one.
            let routed = serde_json::from_str::<Routed>(event.get());
            let routed = routed.is_ok_and(|event| event.route_key.is_some() || event.request_context.is_some());
            if routed { (self.0)(event, context) } else { (other.0)(event, context) }
        }))
    }

    /// Calls the function of the event's route: `GET /api/…`, as the gateway names it.
    #[must_use]
    pub fn by_route(functions: Vec<(String, Self)>) -> Self {
        Self(Arc::new(move |event, context| {
            let routed: Option<Routed> = serde_json::from_str(event.get()).ok();
            let key = routed.and_then(|event| event.route_key).unwrap_or_default();
            match functions.iter().find(|(route, _)| *route == key) {
                Some((_, function)) => (function.0)(event, context),
                None => Box::pin(async move { Err(format!("there is no route {key}").into()) }),
            }
        }))
    }

    /// Calls it, under the context's trace header. What belongs to no other chain begins one of its own.
    pub async fn invoke(&self, event: Payload, context: Context) -> Result<Payload, Error> {
        let (trace, request) = (context.xray_trace_id.clone(), context.request_id.clone());
        let own = request.parse().ok();
        settings::traced(trace, called(request, following(own, (self.0)(event, context)))).await
    }
}

/// What tells an event of API Gateway from others.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Routed {
    route_key: Option<String>,
    request_context: Option<IgnoredAny>,
}

/// For who set up the gateway.
const OTHER_FORM: &str = "this function takes requests in API Gateway's payload format version 2.0, and this event is \
    of another: set PayloadFormatVersion to 2.0 on the integration, and let an HTTP API call it";

/// The event without its address, so that lambda_http can make a request from it.
///
/// lambda_http makes a URL from host, path and query, and panics when they do not form one, as with a `<` in a query. A
/// function reads the route and the parameters, and never the URL. A body that is marked as base64 and is not base64 is
/// refused; no gateway sends such a body.
fn without_address(event: LambdaRequest) -> Result<LambdaRequest, Error> {
    let LambdaRequest::ApiGatewayV2(mut event) = event else { return Err(OTHER_FORM.into()) };
    if let Some(query) = event.raw_query_string.take() {
        event.query_string_parameters = query.parse()?;
    }
    event.raw_path = None;
    event.headers.remove("host");
    event.request_context.domain_name = None;
    event.request_context.stage = None;
    if event.is_base64_encoded {
        STANDARD.decode(event.body.as_deref().unwrap_or_default())?;
    }
    Ok(LambdaRequest::ApiGatewayV2(event))
}

/// How a route knows who sent a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// The authorizer says whose token it bears, if it bears one.
    Bearer,
    /// The handler checks a signature over the body.
    Signature,
}

async fn answer<F, Fut>(sender: Sender, handler: &F, request: Request) -> impl IntoResponse + use<F, Fut>
where
    F: Fn(Request) -> Fut,
    Fut: Future<Output = Result<Response<Body>, Problem>>,
{
    let method = request.method().clone();
    let route = crate::request::route_key(&request);
    let (own, told) = crate::request::chains(&request, sender);
    let outcome = following(told.clone().or_else(|| own.clone()), handler(request)).await;
    // A refusal may have come before the signature was looked at.
    let unsigned = sender == Sender::Signature && matches!(&outcome, Err(problem) if problem.code().status() < 500);
    let line = async {
        match &outcome {
            Ok(response) => tracing::info!(%method, route, status = response.status().as_u16(), "answered"),
            Err(problem) if problem.code().status() >= 500 => {
                tracing::error!(%method, route, status = problem.code().status(), %problem, "answered");
            }
            Err(problem) => tracing::info!(%method, route, status = problem.code().status(), %problem, "answered"),
        }
    };
    following(told.filter(|_| !unsigned).or(own), line).await;
    outcome.unwrap_or_else(|problem| crate::answer::problem(&problem))
}

/// The form of a function's lines in the log: JSON, with the innermost span. CloudWatch adds the time.
pub fn log_lines<S, W>(writer: W) -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer().json().without_time().with_target(false).with_span_list(false);
    lines.with_writer(writer)
}

/// Runs a function in Lambda: starts it from the process's environment, then takes events until the process ends.
pub fn run(definition: impl Definition) -> ExitCode {
    let env = Env::of_process();
    let said = env.get("RUST_LOG").and_then(|said| said.parse().ok());
    let filter: Targets = said.unwrap_or_else(|| Targets::new().with_default(Level::INFO));
    tracing_subscriber::registry().with(log_lines(std::io::stdout)).with(filter).init();
    let serve = async {
        let function = definition.start(env, Arc::new(SystemWorld)).await?;
        lambda_runtime::run(service_fn(move |event: LambdaEvent<Payload>| {
            let function = function.clone();
            async move { function.invoke(event.payload, event.context).await }
        }))
        .await
    };
    let outcome = tokio::runtime::Builder::new_current_thread().enable_all().build().map(|rt| rt.block_on(serve));
    match outcome.map_err(Error::from).flatten() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the function cannot run");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::RequestExt;
    use serde_json::{Value, json};

    async fn invoke(event: Value) -> Result<Value, Error> {
        let echo = Function::http(Sender::Bearer, |request: Request| async move {
            let query = request.query_string_parameters_ref();
            let cursor = query.and_then(|query| query.first("cursor").map(str::to_owned));
            let size = match request.body() {
                Body::Text(text) => text.len(),
                Body::Binary(bytes) => bytes.len(),
                _ => 0,
            };
            Ok(Response::new(Body::Text(json!({"cursor": cursor, "size": size}).to_string())))
        });
        let event = serde_json::value::to_raw_value(&event)?;
        let answer = echo.invoke(event, Context::default()).await?;
        Ok(serde_json::from_str(answer.get())?)
    }

    fn event(path: &str, query: &str, host: &str) -> Value {
        let http = json!({"method": "GET", "path": path});
        json!({
            "version": "2.0", "rawPath": path, "rawQueryString": query, "headers": {"host": host},
            "requestContext": {"http": http, "stage": "$default", "domainName": host},
        })
    }

    /// Found by fuzzing: each made a function panic.
    #[tokio::test]
    async fn no_path_query_or_host_makes_a_function_panic() {
        for (path, query, host) in [
            ("/", "cursor=<b>", "karcis.example"),
            ("/", "cursor=%3Cb%3E&x=\u{7}", "karcis.example"),
            ("x", "cursor=<b>", "karcis.example:99999"),
            ("/", "cursor=<b>", "1.2.3.999"),
        ] {
            let answer = invoke(event(path, query, host)).await.unwrap();
            assert_eq!(answer["body"], r#"{"cursor":"<b>","size":0}"#, "{path} {query} {host}");
        }
        let long = invoke(event("/", &format!("cursor={}", "a".repeat(70_000)), "karcis.example")).await.unwrap();
        assert_eq!(long["statusCode"], 200);
    }

    #[tokio::test]
    async fn an_event_of_another_payload_version_is_refused_in_words() {
        let old = json!({
            "version": "1.0", "resource": "/", "path": "/", "httpMethod": "GET", "headers": {}, "isBase64Encoded": false,
            "requestContext": {"httpMethod": "GET", "path": "/", "stage": "$default", "identity": {}},
        });
        let said = invoke(old).await.unwrap_err().to_string();
        assert!(said.contains("version 2.0") && said.contains("PayloadFormatVersion"), "{said}");
    }

    #[tokio::test]
    async fn a_body_that_is_not_the_base64_it_is_said_to_be_is_refused() {
        let mut event = event("/", "", "karcis.example");
        event["isBase64Encoded"] = true.into();
        event["body"] = "e30=".into();
        assert_eq!(invoke(event.clone()).await.unwrap()["body"], r#"{"cursor":null,"size":2}"#);
        event["body"] = "e30".into();
        assert!(invoke(event).await.is_err());
    }
}
