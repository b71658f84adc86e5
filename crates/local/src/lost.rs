//! `karcis lost-records`: reads back what streams gave up, at AWS or in the local cloud.
//!
//! A record of a table's stream that its function failed to handle, time after time, lands in the failed-records bucket.
//! Whoever mended the cause gives it to the function again. These functions may see a record twice, and late.

use aws_sdk_s3::Client;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use settings::{Env, aws};
use std::time::{Duration, SystemTime};
use template::Error;
use triggers::failures;

/// How long a function may take: longer than any of them runs.
const PATIENCE: Duration = Duration::from_mins(2);

/// What Lambda keeps of records that failed (AWS Lambda, "Retain discarded records for a DynamoDB event source").
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Lost {
    request_context: RequestContext,
    timestamp: String,
    /// The event, as text.
    payload: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext {
    function_arn: String,
    condition: String,
}

impl RequestContext {
    /// The function's name. Lambda may put a version behind it.
    fn function(&self) -> &str {
        let name = self.function_arn.split(":function:").nth(1).unwrap_or_default();
        name.split(':').next().unwrap_or_default()
    }
}

/// Answers one line for each object in the failed-records bucket of `stack`. With `again`, gives its records to their
/// function again, and deletes it if they are all handled.
///
/// `env` says where S3 and Lambda are, as a function's environment does.
pub async fn lost_records(env: &Env, stack: &str, again: bool) -> Result<Vec<String>, Error> {
    let (s3, http) = (aws::s3(env)?, reqwest::Client::builder().timeout(PATIENCE).build()?);
    let bucket = bucket(&s3, stack).await?;
    let mut said = Vec::new();
    for key in keys(&s3, &bucket).await? {
        let object = s3.get_object().bucket(&bucket).key(&key).send().await?.body.collect().await?;
        let lost = match serde_json::from_slice::<Lost>(&object.into_bytes()) {
            Ok(lost) => lost,
            Err(why) => {
                said.push(format!("{key}: none of Lambda's records, left as it is: {why}"));
                continue;
            }
        };
        let function = lost.request_context.function();
        let records = serde_json::from_str::<Value>(&lost.payload)?["Records"].as_array().map_or(0, Vec::len);
        let condition = &lost.request_context.condition;
        let line = format!("{} {function}: {records} records, {condition}", lost.timestamp);
        if !again {
            said.push(format!("{line}: {key}"));
            continue;
        }
        match invoke(env, &http, function, &lost.payload).await {
            Ok(()) => {
                s3.delete_object().bucket(&bucket).key(&key).send().await?;
                said.push(format!("{line}: handled now, and deleted"));
            }
            Err(why) => said.push(format!("{line}: not handled, kept as {key}: {why}")),
        }
    }
    if said.is_empty() {
        said.push(format!("{bucket} is empty: no record is lost."));
    }
    Ok(said)
}

/// The stack's bucket, whose name ends with account and region.
async fn bucket(s3: &Client, stack: &str) -> Result<String, Error> {
    let start = format!("{stack}-failed-records-");
    let all = s3.list_buckets().send().await?;
    let found = all.buckets().iter().filter_map(|bucket| bucket.name()).find(|name| name.starts_with(&start));
    Ok(found.ok_or_else(|| format!("there is no bucket {start}…"))?.to_owned())
}

/// The keys of all objects, oldest first: Lambda puts the time into them.
async fn keys(s3: &Client, bucket: &str) -> Result<Vec<String>, Error> {
    let mut pages = s3.list_objects_v2().bucket(bucket).into_paginator().send();
    let mut keys = Vec::new();
    while let Some(page) = pages.next().await {
        keys.extend(page?.contents().iter().filter_map(|object| object.key().map(str::to_owned)));
    }
    keys.sort_by(|a, b| time_of(a).cmp(time_of(b)));
    Ok(keys)
}

fn time_of(key: &str) -> &str {
    key.rsplit('/').next().unwrap_or_default()
}

/// Has the function handle the records of this event.
async fn invoke(env: &Env, http: &reqwest::Client, function: &str, event: &str) -> Result<(), Error> {
    let region = env.text("AWS_REGION")?;
    let endpoint = env.get("AWS_ENDPOINT_URL_LAMBDA").or_else(|| env.get("AWS_ENDPOINT_URL"));
    let endpoint = endpoint.map_or_else(|| format!("https://lambda.{region}.amazonaws.com"), str::to_owned);
    let url = format!("{endpoint}/2015-03-31/functions/{function}/invocations");
    let mut request = http.post(&url).body(event.to_owned());
    for (name, value) in signature(env, &region, &url, event.as_bytes())? {
        request = request.header(name, value);
    }
    let response = request.send().await?;
    let (status, failed) = (response.status(), response.headers().contains_key("x-amz-function-error"));
    let text = response.text().await?;
    if status != StatusCode::OK || failed {
        return Err(format!("{status}: {text}").into());
    }
    let failed = failures(&serde_json::from_str(&text)?).len();
    if failed > 0 { Err(format!("the function did not handle {failed} of them").into()) } else { Ok(()) }
}

/// The headers that sign a request to Lambda (AWS Signature Version 4).
fn signature(env: &Env, region: &str, url: &str, body: &[u8]) -> Result<Vec<(String, String)>, Error> {
    let credentials = aws::credentials(env)?.into();
    let parameters = v4::SigningParams::builder()
        .identity(&credentials)
        .region(region)
        .name("lambda")
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()?
        .into();
    let request = SignableRequest::new("POST", url, std::iter::empty(), SignableBody::Bytes(body))?;
    let (signed, _) = sign(request, &parameters)?.into_parts();
    Ok(signed.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}
