//! One port for all of AWS, as on LocalStack: the signature says which service is meant.

use crate::{Connections, Lambda, Logs, Secrets, Sqs};
use crate::{json, ses, sqs};
use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::Service;
use hyper::{Request, Response, StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustack_ses_http::service::SesHttpService;
use rustack_sns_core::handler::RustackSnsHandler;
use rustack_sns_http::service::SnsHttpService;
use rustack_sqs_http::service::{SqsHttpConfig, SqsHttpService};
use s3s::service::S3Service;
use settings::{TRACE_HEADER, traced};
use std::net::SocketAddr;
use std::sync::Arc;
use template::Error;
use tokio::net::TcpListener;

type Body = UnsyncBoxBody<Bytes, Error>;

/// This header marks a call that its caller has no right to, and says why. AWS finds that out by itself. Here the
/// caller knows the rights, and this port only answers as AWS would.
pub const DENIED_HEADER: &str = "x-karcis-denied";

/// The engines behind the port.
pub struct Front {
    /// Where DynamoDB listens by itself.
    pub dynamodb: SocketAddr,
    /// Queues.
    pub sqs: Arc<Sqs>,
    /// Topics.
    pub sns: SnsHttpService<RustackSnsHandler>,
    /// Mail.
    pub ses: SesHttpService<ses::Handler>,
    /// Buckets.
    pub s3: S3Service,
    /// The open connections of the WebSocket API.
    pub connections: Arc<Connections>,
    /// The functions.
    pub lambda: Arc<Lambda>,
    /// What they wrote.
    pub logs: Arc<Logs>,
    /// The keys.
    pub secrets: Arc<Secrets>,
}

struct Services {
    dynamodb: SocketAddr,
    client: Client<HttpConnector, Incoming>,
    sqs: SqsHttpService<sqs::Handler>,
    sns: SnsHttpService<RustackSnsHandler>,
    ses: SesHttpService<ses::Handler>,
    s3: S3Service,
    connections: Arc<Connections>,
    lambda: Arc<Lambda>,
    logs: Arc<Logs>,
    secrets: Arc<Secrets>,
}

impl Front {
    /// Serves until the process ends.
    pub async fn serve(self, listener: TcpListener) {
        let services = Arc::new(Services {
            dynamodb: self.dynamodb,
            client: Client::builder(TokioExecutor::new()).build_http(),
            sqs: SqsHttpService::new(Arc::new(sqs::Handler(self.sqs)), SqsHttpConfig::default()),
            sns: self.sns,
            ses: self.ses,
            s3: self.s3,
            connections: self.connections,
            lambda: self.lambda,
            logs: self.logs,
            secrets: self.secrets,
        });
        loop {
            let Ok((stream, _)) = listener.accept().await else { continue };
            drop(stream.set_nodelay(true));
            let services = Arc::clone(&services);
            let serve = hyper::service::service_fn(move |request| {
                let services = Arc::clone(&services);
                async move { services.answer(request).await }
            });
            // A broken connection concerns only its client.
            tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), serve));
        }
    }
}

impl Services {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Body>, Error> {
        let service = service_of(&request);
        if let Some(why) = request.headers().get(DENIED_HEADER).and_then(|why| why.to_str().ok()) {
            let answer = denied(&service, why).map(boxed);
            // The sender reads the answer only after it has sent its whole body.
            drop(request.into_body().collect().await);
            return Ok(answer);
        }
        Ok(match service.as_str() {
            "dynamodb" => self.pass_on(request).await?.map(boxed),
            "sqs" => traced(trace_of(&request), self.sqs.call(request)).await?.map(boxed),
            "sns" => traced(trace_of(&request), self.sns.call(request)).await?.map(boxed),
            "ses" => self.ses.call(request).await?.map(boxed),
            "s3" => self.s3.call(request.map(s3s::Body::from)).await.map_err(|e| format!("S3: {e:?}"))?.map(boxed),
            "lambda" => self.lambda.answer(request).await.map(boxed),
            "logs" => self.logs.answer(request).await.map(boxed),
            "secretsmanager" => self.secrets.answer(request).await.map(boxed),
            "execute-api" => self.connections.answer(request).await.map(boxed),
            service => unknown(service, &request).map(boxed),
        })
    }

    async fn pass_on(&self, mut request: Request<Incoming>) -> Result<Response<Incoming>, Error> {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        *request.uri_mut() = Uri::try_from(format!("http://{}{path}", self.dynamodb))?;
        Ok(self.client.request(request).await?)
    }
}

/// Says what is there, in the protocol that the request speaks: JSON with a target, a query in a form, or REST.
fn unknown<B>(service: &str, request: &Request<B>) -> Response<Full<Bytes>> {
    const THERE: &str = "This port speaks DynamoDB, SQS, SNS, SES, S3, Lambda, CloudWatch Logs, Secrets Manager and \
        @connections to signed requests";
    let said = format!("{THERE}, and no other service.");
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if service.is_empty() {
        let mut response = Response::new(Full::from(format!("{said}\n")));
        *response.status_mut() = StatusCode::NOT_FOUND;
        response
    } else if !header("x-amz-target").is_empty() {
        json::refusal("UnknownOperationException", &said)
    } else if header("content-type").starts_with("application/x-www-form-urlencoded") {
        let xml = format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidAction</Code><Message>{said}</Message></Error>\
             <RequestId>0</RequestId></ErrorResponse>"
        );
        let mut response = Response::new(Full::from(xml));
        *response.status_mut() = StatusCode::BAD_REQUEST;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/xml"));
        response
    } else {
        let mut response = json::answer(404, &serde_json::json!({"message": said}));
        let kind = HeaderValue::from_static("UnknownOperationException");
        response.headers_mut().insert("x-amzn-errortype", kind);
        response
    }
}

/// What a service answers to who has no right to a call: final, and in its own protocol.
fn denied(service: &str, why: &str) -> Response<Full<Bytes>> {
    let xml = |text: String| {
        let mut response = Response::new(Full::from(text));
        *response.status_mut() = StatusCode::FORBIDDEN;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/xml"));
        response
    };
    match service {
        "s3" => xml(format!("<Error><Code>AccessDenied</Code><Message>{why}</Message></Error>")),
        "sns" | "ses" => {
            let code = if service == "sns" { "AuthorizationError" } else { "AccessDenied" };
            let error = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>{why}</Message></Error>");
            xml(format!("<ErrorResponse>{error}<RequestId>0</RequestId></ErrorResponse>"))
        }
        "execute-api" => {
            let mut response = json::answer(403, &serde_json::json!({"message": why}));
            response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static("ForbiddenException"));
            response
        }
        _ => json::refusal("AccessDeniedException", why),
    }
}

fn trace_of<B>(request: &Request<B>) -> Option<String> {
    request.headers().get(TRACE_HEADER).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn boxed<B>(body: B) -> Body
where
    B: hyper::body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Error>,
{
    body.map_err(Into::into).boxed_unsync()
}

/// The service in the credential's scope: `<key>/<date>/<region>/<service>/aws4_request` (AWS Signature Version 4). It
/// is in the `Authorization` header. A presigned link has its credential in the query, and is always S3's.
fn service_of<B>(request: &Request<B>) -> String {
    let header = request.headers().get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if let Some((_, credential)) = header.split_once("Credential=") {
        let scope = credential.split(',').next().unwrap_or_default();
        return scope.split('/').nth(3).unwrap_or_default().to_owned();
    }
    if request.uri().query().is_some_and(|query| query.contains("X-Amz-Credential=")) {
        "s3".to_owned()
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_says_which_service() {
        let signed = |value: &str| Request::builder().uri("/").header("authorization", value).body(()).unwrap();
        let scope = "AWS4-HMAC-SHA256 Credential=karcis/20261121/ap-southeast-3/sqs/aws4_request, SignedHeaders=host, Signature=0";
        assert_eq!(service_of(&signed(scope)), "sqs");
        assert_eq!(service_of(&signed("Bearer x")), "");
        let link = Request::builder().uri("/bucket/key?X-Amz-Credential=karcis%2F20261121").body(()).unwrap();
        assert_eq!(service_of(&link), "s3");
    }
}
