//! The trace header of the invocation in hand, `X-Amzn-Trace-Id`. Calls of AWS's services bear it, so that Lambda knows
//! what an event came from.
//!
//! Lambda gives it to the process as an environment variable too, from which the SDK takes it. In a process that runs
//! many invocations at once, as the local cloud does, one variable cannot hold them: it is carried with the task here.

use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use std::future::Future;

/// The header's name (AWS X-Ray developer guide, "Tracing header").
pub const TRACE_HEADER: &str = "x-amzn-trace-id";

tokio::task_local! {
    static IN_HAND: String;
}

/// Does `work` under this trace header, if there is one.
pub async fn traced<F: Future>(header: Option<String>, work: F) -> F::Output {
    match header {
        Some(header) => IN_HAND.scope(header, work).await,
        None => work.await,
    }
}

/// The trace header that this task works under.
pub fn trace() -> Option<String> {
    IN_HAND.try_with(Clone::clone).ok()
}

/// Puts the header into a client's calls.
#[derive(Debug)]
pub(crate) struct BearTrace;

impl Intercept for BearTrace {
    fn name(&self) -> &'static str {
        "BearTrace"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(header) = trace() {
            context.request_mut().headers_mut().try_insert(TRACE_HEADER, header)?;
        }
        Ok(())
    }
}
