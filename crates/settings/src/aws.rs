//! Clients of AWS's services, and of our own over HTTP, made from a function's settings.
//!
//! Lambda puts region and credentials into the environment (AWS Lambda developer guide, "Defined runtime environment
//! variables"), so no credential chain is linked. `AWS_ENDPOINT_URL_<SERVICE>` and `AWS_ENDPOINT_URL` are AWS's own
//! settings for an endpoint elsewhere.

use crate::trace::BearTrace;
use crate::{Env, SettingError};
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{Credentials, Region};
use std::time::Duration;
use table::{Key, Table};
use wire::Http;

/// A function must answer within its own time-out, so no call may take all of it.
fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(3))
        .operation_timeout(Duration::from_secs(8))
        .build()
}

macro_rules! client {
    ($(#[$doc:meta])* $name:ident, $sdk:ident, $endpoint:literal $(, $extra:ident)? $(; $own:literal)?) => {
        $(#[$doc])*
        pub fn $name(env: &Env) -> Result<$sdk::Client, SettingError> {
            let mut config = $sdk::Config::builder()
                .behavior_version($sdk::config::BehaviorVersion::v2026_01_12())
                .region(Region::new(env.text("AWS_REGION")?))
                .credentials_provider(credentials(env)?)
                .interceptor(BearTrace)
                .retry_config(RetryConfig::standard().with_max_attempts(4))
                .timeout_config(timeouts());
            let url: Option<String> = None;
            $(let url = url.or(Some(env.text($own)?));)?
            let elsewhere = env.get($endpoint).or_else(|| env.get("AWS_ENDPOINT_URL"));
            if let Some(url) = elsewhere.map(str::to_owned).or(url) {
                config = config.endpoint_url(url)$(.$extra(true))?;
            }
            if let Some(guard) = env.guard() {
                config.push_interceptor(guard);
            }
            if let Some(network) = env.network() {
                config = config.http_client(network.aws()).retry_partition(network.retry_partition());
            }
            Ok($sdk::Client::from_conf(config.build()))
        }
    };
}

client! {
    /// DynamoDB.
    dynamodb, aws_sdk_dynamodb, "AWS_ENDPOINT_URL_DYNAMODB"
}
client! {
    /// SQS.
    sqs, aws_sdk_sqs, "AWS_ENDPOINT_URL_SQS"
}
client! {
    /// SNS.
    sns, aws_sdk_sns, "AWS_ENDPOINT_URL_SNS"
}
client! {
    /// SES.
    ses, aws_sdk_ses, "AWS_ENDPOINT_URL_SES"
}
client! {
    /// S3. An endpoint other than AWS's has no host name for each bucket, so the bucket is in the path there.
    s3, aws_sdk_s3, "AWS_ENDPOINT_URL_S3", force_path_style
}

client! {
    /// The connections of a WebSocket API. Each API has an address of its own, which the setting `LIVE_URL` says.
    connections, aws_sdk_apigatewaymanagement, "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"; "LIVE_URL"
}

/// What requests are signed with.
pub fn credentials(env: &Env) -> Result<Credentials, SettingError> {
    let session = env.get("AWS_SESSION_TOKEN").map(str::to_owned);
    Ok(Credentials::new(
        env.text("AWS_ACCESS_KEY_ID")?,
        env.text("AWS_SECRET_ACCESS_KEY")?,
        session,
        None,
        "environment",
    ))
}

/// The table that this setting names.
///
/// It opens the connection while the function starts: on a small function the first TLS handshake costs more than
/// everything else. A failure here does not matter; the first request will report it.
pub(crate) async fn table(env: &Env, setting: &str) -> Result<Table, SettingError> {
    let table = Table::new(dynamodb(env)?, env.text(setting)?);
    let table = match env.network() {
        Some(network) => table.with_chance(network.chance()),
        None => table,
    };
    if let Err(why) = table.get::<()>(&Key::new("-", "-")).await {
        tracing::warn!(%why, "the database did not answer at start-up");
    }
    Ok(table)
}

/// A client for our own services and the outside systems.
pub(crate) fn http(env: &Env) -> Result<Http, SettingError> {
    match env.network() {
        Some(network) => Ok(network.http()),
        None => Http::new().map_err(|_| SettingError::unreadable("TLS")),
    }
}
