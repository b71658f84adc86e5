//! The rights of functions, as the template grants them: what a role may not do is refused here as AWS refuses it.

use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents, SharedInterceptor};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, Metadata};
use engines::DENIED_HEADER;
use std::fmt;
use std::sync::Arc;
use template::call::{Call, Sent, Service};
use template::{Error, FunctionSpec, SourceSpec};

/// Sees each call of AWS that a function may make, before it is sent.
pub trait Watch: Send + Sync {
    /// This function makes this call.
    fn called(&self, function: &FunctionSpec, call: &Call);

    /// This function may not do this, and wanted to.
    fn denied(&self, function: &FunctionSpec, action: &str);

    /// This function's source needs this right, and has it.
    fn granted(&self, function: &FunctionSpec, action: &str, resource: &str);
}

/// Checks the calls of one function.
struct Guard {
    function: FunctionSpec,
    /// Where all of AWS answers, and refuses.
    aws_url: String,
    watch: Option<Arc<dyn Watch>>,
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Guard").field(&self.function.name).finish()
    }
}

/// An interceptor that checks a function's calls. `watch` is told of those that are allowed; `aws_url` answers those
/// that are not.
pub fn guard(function: &FunctionSpec, aws_url: &str, watch: Option<Arc<dyn Watch>>) -> SharedInterceptor {
    SharedInterceptor::new(Guard { function: function.clone(), aws_url: aws_url.to_owned(), watch })
}

impl Guard {
    /// Why this call is refused, if it is.
    fn refusal(&self, request: &HttpRequest, bag: &ConfigBag) -> Option<String> {
        let sdk = bag.load::<Metadata>().map(Metadata::service).unwrap_or_default();
        let sent = Sent {
            method: request.method(),
            path: path(request),
            target: request.headers().get("x-amz-target"),
            body: request.body().bytes().unwrap_or_default(),
        };
        let Some(call) = Service::of_sdk(sdk).and_then(|service| Call::read(service, sent)) else {
            return Some(format!("a call of {sdk} whose rights nobody knows"));
        };
        if let Some((action, resource)) = call.beyond(&self.function.rights) {
            if let Some(watch) = &self.watch {
                watch.denied(&self.function, &action);
            }
            return Some(denied(&self.function.name, &action, &resource));
        }
        if let Some(watch) = &self.watch {
            watch.called(&self.function, &call);
        }
        None
    }
}

/// The path of a request, with its query, without the slash that it begins with.
fn path(request: &HttpRequest) -> &str {
    request.uri().split_once("//").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path)
}

impl Intercept for Guard {
    fn name(&self) -> &'static str {
        "Guard"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        if let Some(why) = self.refusal(request, bag) {
            tracing::error!(%why, "AWS denies this call");
            let there = format!("{}/{}", self.aws_url, path(request));
            request.set_uri(there)?;
            request.headers_mut().try_insert(DENIED_HEADER, why)?;
        }
        Ok(())
    }
}

fn denied(function: &str, action: &str, resource: &str) -> String {
    format!("{function} has no right to {action} on {resource}; infra/template.yaml grants it none")
}

/// Refuses a source that reads, or keeps what failed, without the rights of its function (AWS Lambda developer guide,
/// "Using Lambda with Amazon SQS" and "Process DynamoDB records with Lambda").
pub fn check_source(source: &SourceSpec, functions: &[FunctionSpec], watch: Option<&dyn Watch>) -> Result<(), Error> {
    const QUEUE: [&str; 3] = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
    const STREAM: [&str; 4] =
        ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"];
    let Some(function) = functions.iter().find(|function| function.name == source.function) else { return Ok(()) };
    let is_stream = source.arn.contains(":dynamodb:");
    let reads = if is_stream { &STREAM[..] } else { &QUEUE[..] };
    let reads = reads.iter().map(|action| (*action, source.arn.clone()));
    let keeps = source.failures.iter().flat_map(|bucket| {
        let bucket = format!("arn:aws:s3:::{bucket}");
        [("s3:PutObject", format!("{bucket}/record")), ("s3:ListBucket", bucket)]
    });
    for (action, resource) in reads.chain(keeps) {
        if !function.rights.iter().any(|right| right.allows(action, &resource)) {
            return Err(denied(&function.name, action, &resource).into());
        }
        if let Some(watch) = watch {
            watch.granted(function, action, &resource);
        }
    }
    Ok(())
}
