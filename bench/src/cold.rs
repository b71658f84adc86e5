//! Measures cold starts: from the start of a function's process to its first answer. The bench plays Lambda's runtime
//! API.

use crate::Error;
use crate::karcis::{CALM, Karcis};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use local::Options;
use progress::Progress;
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use template::{Surroundings, TEXT, Template};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::mpsc;

/// Starts of each function.
const STARTS: usize = 20;

/// Measures the cold starts of `book`, `login` and `list-seats`.
pub async fn measure() -> Result<String, Error> {
    let karcis = Karcis::start().await?;
    let parameters = Options::in_memory(CALM).parameters;
    let around = Surroundings::local(&parameters, &karcis.cloud.keys, &karcis.cloud.url, &karcis.cloud.aws_url);
    let template = Template::read(TEXT, &around)?;
    let mut report = format!("exec to first answer, {STARTS} starts each, DynamoDB over plain HTTP on this machine\n");
    for name in ["book", "login", "list-seats"] {
        let spec = template.functions.iter().find(|f| f.package == name).ok_or("no such function")?;
        let binary = crate::karcis::built(name)?;
        let environment: Vec<_> =
            spec.environment.iter().map(|(k, v)| (k.clone(), v.clone())).chain(karcis.cloud.runtime.clone()).collect();
        let (mut times, progress) = (Vec::new(), Progress::of("starts", STARTS as u64));
        for start in 0..STARTS {
            times.push(first_answer(&binary, &environment, &event(&karcis, name, start)).await?);
            progress.step();
        }
        times.sort_unstable();
        let median = times.get(STARTS / 2).copied().unwrap_or_default();
        let (least, most) = (times.first().copied().unwrap_or_default(), times.last().copied().unwrap_or_default());
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        writeln!(report, "{name:>10}: median {:>5.1} ms (least {:.1}, most {:.1})", ms(median), ms(least), ms(most))?;
    }
    Ok(report)
}

/// The event of a request that succeeds.
fn event(karcis: &Karcis, name: &str, start: usize) -> Value {
    let (method, path, body) = match name {
        "book" => ("POST", "/api/bookings", json!({"event_id": karcis.event, "seats": [format!("A-{}", start + 1)]})),
        "login" => ("POST", "/api/login", json!({"email": "bench@karcis.test", "password": "correct horse"})),
        _ => ("GET", "/api/events/{id}/seats", Value::Null),
    };
    let who = json!({"kind": "user", "sub": "01a1fc00-0000-7000-8000-000000000001", "role": "buyer", "name": "Bench",
        "email": "bench@karcis.test", "locale": "id"});
    let http =
        json!({"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "bench"});
    json!({
        "version": "2.0", "routeKey": format!("{method} {path}"), "rawPath": path, "rawQueryString": "",
        "headers": {"content-type": "application/json"}, "pathParameters": {"id": karcis.event},
        "requestContext": {"accountId": "0", "apiId": "bench", "stage": "$default", "routeKey": format!("{method} {path}"),
            "domainName": "bench", "domainPrefix": "bench", "requestId": "bench", "time": "", "timeEpoch": 0, "http": http,
            "authorizer": {"lambda": who}},
        "body": if body.is_null() { Value::Null } else { body.to_string().into() }, "isBase64Encoded": false,
    })
}

/// Starts the binary and waits for the answer to its first event, which must be a success.
async fn first_answer(binary: &Path, environment: &[(String, String)], event: &Value) -> Result<Duration, Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (tell, mut told) = mpsc::channel::<(Instant, Bytes)>(1);
    let event = Bytes::from(event.to_string());
    let serve = tokio::spawn(runtime_api(listener, event, tell));
    let mut command = Command::new(binary);
    command.env_clear().envs(environment.iter().cloned()).kill_on_drop(true).stdout(std::process::Stdio::null());
    command.envs([
        ("AWS_LAMBDA_RUNTIME_API", address.to_string()),
        ("AWS_LAMBDA_FUNCTION_NAME", "bench".into()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256".into()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1".into()),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "bench".into()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "bench".into()),
    ]);
    let begin = Instant::now();
    let child = command.spawn()?;
    let (end, answer) =
        tokio::time::timeout(Duration::from_secs(20), told.recv()).await?.ok_or("the function ended")?;
    drop(child);
    serve.abort();
    let answer: Value = serde_json::from_slice(&answer)?;
    match answer["statusCode"].as_u64() {
        Some(200..300) => Ok(end - begin),
        _ => Err(format!("{} answered {answer}", binary.display()).into()),
    }
}

/// Lambda's runtime API (AWS Lambda developer guide), as far as one event needs it.
async fn runtime_api(listener: TcpListener, event: Bytes, tell: mpsc::Sender<(Instant, Bytes)>) {
    let (event, tell) = (Arc::new(event), Arc::new(tell));
    while let Ok((stream, _)) = listener.accept().await {
        let (event, tell) = (Arc::clone(&event), Arc::clone(&tell));
        let serve = service_fn(move |request: Request<Incoming>| {
            let (event, tell) = (Arc::clone(&event), Arc::clone(&tell));
            async move {
                if request.uri().path().ends_with("/next") {
                    let response = Response::builder()
                        .header("lambda-runtime-aws-request-id", "bench")
                        .header("lambda-runtime-deadline-ms", "99999999999999")
                        .header("lambda-runtime-invoked-function-arn", "arn:aws:lambda:bench");
                    return response.body(Full::new((*event).clone()));
                }
                let body =
                    request.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
                drop(tell.try_send((Instant::now(), body)));
                // The next event never comes.
                Response::builder().status(202).body(Full::default())
            }
        });
        tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), serve));
    }
}
