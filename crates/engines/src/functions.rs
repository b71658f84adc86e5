//! Lambda's own API: `Invoke`, `ListFunctions`, `GetFunction` and `GetFunctionConfiguration` (AWS Lambda API
//! reference).

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::{Method, Request, Response};
use serde_json::{Value, json};
use std::sync::{Arc, OnceLock};
use template::{ACCOUNT, FunctionSpec, REGION};
use triggers::{Invoke, Unanswered};

/// The largest event (AWS Lambda, "Lambda quotas": 6 MB for synchronous calls).
const MAX_EVENT: usize = 6 * 1024 * 1024;
/// Where functions are, with a slash, the name and what is asked of it behind.
const PATH: &str = "/2015-03-31/functions";

/// The functions of Lambda's API. There are none until they have started.
#[derive(Default)]
pub struct Lambda(OnceLock<(Arc<dyn Invoke>, Vec<FunctionSpec>)>);

/// What a request asks for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Invoke(String),
    List,
    Get(String),
    Configuration(String),
}

impl Lambda {
    /// From now on these functions are there.
    pub fn has(&self, functions: Arc<dyn Invoke>, specs: Vec<FunctionSpec>) {
        drop(self.0.set((functions, specs)));
    }

    /// Answers a request to Lambda.
    pub async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let specs = self.0.get().map_or(&[][..], |(_, specs)| specs);
        let configured = |name: &str| specs.iter().find(|spec| spec.name == *name).map(configuration);
        let missing = |name: &str| refusal(404, "ResourceNotFoundException", &format!("Function not found: {name}"));
        match asked(request.method(), request.uri().path()) {
            Some(Asked::Invoke(name)) => self.invoke(&name, request).await,
            Some(Asked::List) => {
                let all: Vec<_> = specs.iter().map(configuration).collect();
                json_response(200, &json!({"Functions": all, "NextMarker": null}))
            }
            Some(Asked::Get(name)) => configured(&name).map_or_else(
                || missing(&name),
                |found| json_response(200, &json!({"Configuration": found, "Code": {}, "Tags": {}})),
            ),
            Some(Asked::Configuration(name)) => {
                configured(&name).map_or_else(|| missing(&name), |found| json_response(200, &found))
            }
            None => {
                let there =
                    "This port answers Invoke, ListFunctions, GetFunction and GetFunctionConfiguration of Lambda.";
                refusal(404, "UnknownOperationException", there)
            }
        }
    }

    async fn invoke(&self, name: &str, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let kind = header("x-amz-invocation-type").unwrap_or_else(|| "RequestResponse".to_owned());
        if kind != "RequestResponse" {
            let said = "Functions are called and waited for here: leave the invocation type out.";
            return refusal(400, "InvalidParameterValueException", said);
        }
        let Ok(body) = Limited::new(request.into_body(), MAX_EVENT).collect().await else {
            return refusal(413, "RequestTooLargeException", "An event has at most 6 MB.");
        };
        let body = body.to_bytes();
        // Lambda takes no event for an empty object.
        let event = if body.is_empty() { Ok(json!({})) } else { serde_json::from_slice(&body) };
        let Ok(event) = event else {
            return refusal(400, "InvalidRequestContentException", "The event is no JSON.");
        };
        let answer = match self.0.get() {
            Some((functions, _)) => functions.invoke(name, &event).await,
            None => Err(Unanswered::Unknown),
        };
        match answer {
            Ok(answer) => answered(&answer, None),
            Err(Unanswered::Unknown) => {
                refusal(404, "ResourceNotFoundException", &format!("Function not found: {name}"))
            }
            Err(Unanswered::Throttled) => refusal(429, "TooManyRequestsException", "Rate Exceeded."),
            Err(why @ (Unanswered::Failed(_) | Unanswered::TimedOut)) => {
                answered(&json!({"errorType": "Unhandled", "errorMessage": why.to_string()}), Some("Unhandled"))
            }
        }
    }
}

/// What a request asks for, of a function by its name or its ARN. A version or alias behind it is ignored: there is
/// one.
fn asked(method: &Method, path: &str) -> Option<Asked> {
    let rest = path.strip_prefix(PATH)?;
    // A list is asked for with a slash at the end, and without.
    let rest = rest.strip_prefix('/').or_else(|| rest.is_empty().then_some(rest))?;
    let (given, what) = rest.split_once('/').unwrap_or((rest, ""));
    let given = given.replace("%3A", ":").replace("%3a", ":");
    let name = given.split_once(":function:").map_or(given.as_str(), |(_, name)| name);
    let name = name.split(':').next().unwrap_or_default().to_owned();
    match (method, name.is_empty(), what) {
        (&Method::GET, true, "") => Some(Asked::List),
        (&Method::GET, false, "") => Some(Asked::Get(name)),
        (&Method::GET, false, "configuration") => Some(Asked::Configuration(name)),
        (&Method::POST, false, "invocations") => Some(Asked::Invoke(name)),
        _ => None,
    }
}

/// A function's configuration, without its environment: that holds keys.
fn configuration(spec: &FunctionSpec) -> Value {
    json!({
        "FunctionName": spec.name,
        "FunctionArn": format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{}", spec.name),
        "Runtime": "provided.al2023",
        "Handler": "bootstrap",
        "Description": spec.description,
        "Timeout": spec.timeout,
        "PackageType": "Zip",
        "Version": "$LATEST",
        "State": "Active",
        "LoggingConfig": {"LogFormat": "JSON", "LogGroup": spec.log_group},
    })
}

fn answered(answer: &Value, error: Option<&'static str>) -> Response<Full<Bytes>> {
    let mut response = json_response(200, answer);
    if let Some(error) = error {
        response.headers_mut().insert("x-amz-function-error", hyper::header::HeaderValue::from_static(error));
    }
    response
}

/// An error in Lambda's own form.
fn refusal(status: u16, kind: &'static str, message: &str) -> Response<Full<Bytes>> {
    let mut response = json_response(status, &json!({"Type": "User", "Message": message}));
    response.headers_mut().insert("x-amzn-errortype", hyper::header::HeaderValue::from_static(kind));
    response
}

fn json_response(status: u16, body: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body.to_string()));
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    let json = hyper::header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(hyper::header::CONTENT_TYPE, json);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_asked_for_by_name_and_by_arn() {
        let of = |given: &str| asked(&Method::POST, &format!("{PATH}/{given}/invocations"));
        for given in [
            "karcis-book",
            "karcis-book:$LATEST",
            "arn:aws:lambda:ap-southeast-3:123456789012:function:karcis-book",
            "arn%3Aaws%3Alambda%3Aap-southeast-3%3A123456789012%3Afunction%3Akarcis-book%3A7",
        ] {
            assert_eq!(of(given), Some(Asked::Invoke("karcis-book".into())), "{given}");
        }
        let got = |path: &str| asked(&Method::GET, &format!("{PATH}{path}"));
        assert_eq!((got(""), got("/")), (Some(Asked::List), Some(Asked::List)));
        assert_eq!(got("/karcis-book"), Some(Asked::Get("karcis-book".into())));
        assert_eq!(got("/karcis-book/configuration"), Some(Asked::Configuration("karcis-book".into())));
        for nothing in ["s", "/karcis-book/invocations", "/karcis-book/policy"] {
            assert_eq!(got(nothing), None, "{nothing}");
        }
        assert_eq!((of(""), asked(&Method::DELETE, &format!("{PATH}/karcis-book"))), (None, None));
    }
}
