//! Lambda's own API: `Invoke` (AWS Lambda API reference).

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::{Method, Request, Response};
use serde_json::{Value, json};
use std::sync::{Arc, OnceLock};
use triggers::{Invoke, Unanswered};

/// The largest event (AWS Lambda, "Lambda quotas": 6 MB for synchronous calls).
const MAX_EVENT: usize = 6 * 1024 * 1024;
/// Where functions are called, with the name and `/invocations` behind it.
const PATH: &str = "/2015-03-31/functions/";

/// The functions that Lambda's API calls. There are none until they have started.
#[derive(Default)]
pub struct Lambda(OnceLock<Arc<dyn Invoke>>);

impl Lambda {
    /// From now on these functions are there.
    pub fn has(&self, functions: Arc<dyn Invoke>) {
        drop(self.0.set(functions));
    }

    /// Answers a request to Lambda.
    pub async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let kind = header("x-amz-invocation-type").unwrap_or_else(|| "RequestResponse".to_owned());
        let name = called(request.method(), request.uri().path());
        let Some(name) = name else {
            return refusal(404, "UnknownOperationException", "This port answers Invoke alone of Lambda's operations.");
        };
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
            Some(functions) => functions.invoke(&name, &event).await,
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

/// The function that a request calls, by its name or its ARN. A version or alias behind it is ignored: there is one.
fn called(method: &Method, path: &str) -> Option<String> {
    let given = path.strip_prefix(PATH)?.strip_suffix("/invocations").filter(|_| *method == Method::POST)?;
    let given = given.replace("%3A", ":").replace("%3a", ":");
    let name = given.split_once(":function:").map_or(given.as_str(), |(_, name)| name);
    name.split(':').next().filter(|name| !name.is_empty()).map(str::to_owned)
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
    fn a_function_is_called_by_name_and_by_arn() {
        let of = |given: &str| called(&Method::POST, &format!("{PATH}{given}/invocations"));
        for given in [
            "karcis-book",
            "karcis-book:$LATEST",
            "arn:aws:lambda:ap-southeast-3:123456789012:function:karcis-book",
            "arn%3Aaws%3Alambda%3Aap-southeast-3%3A123456789012%3Afunction%3Akarcis-book%3A7",
        ] {
            assert_eq!(of(given).as_deref(), Some("karcis-book"), "{given}");
        }
        assert_eq!(of(""), None);
        assert_eq!(called(&Method::GET, &format!("{PATH}karcis-book/invocations")), None);
        assert_eq!(called(&Method::GET, &format!("{PATH}karcis-book")), None);
    }
}
